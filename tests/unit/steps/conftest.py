from dataclasses import dataclass, field
from typing import Any

import pytest

from gtl import stages
from gtl.config import StudyConfig, load_study, with_overrides
from gtl.store import ArtifactRef, Store
from tests.real_cohorts import people_stages, write_study


@dataclass(frozen=True)
class RealStudy:
    """A study of real people whose files were imported, and whose variants and people were checked."""

    config: StudyConfig
    store: Store
    refs: dict[str, Any] = field(repr=False)

    def changed(self, name: str, *changes: str) -> StudyConfig:
        """The study under another name, with other settings."""
        return with_overrides(self.config, [f"name={name}", *changes])

    def trait(self, config: StudyConfig, code: str, **arguments: Any) -> ArtifactRef:
        """One trait of these people, by the settings ``config``."""
        traits = stages.list_traits(config, self.store, self.refs["genotypes"])
        inputs = {name: self.refs[name] for name in ("genotypes", "people")}
        return stages.make_trait(config, self.store, code, **(inputs | {"traits": traits} | arguments))


@pytest.fixture(scope="session")
def real(tmp_path_factory) -> RealStudy:
    folder = tmp_path_factory.mktemp("real")
    config, store = load_study(write_study(folder)), Store(str(folder / "results"))
    return RealStudy(config, store, people_stages(config, store))
