"""Digests of the real stages, in a copy of the package that is changed as a release would."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import gtl
from gtl.methods.registry import METHODS
from gtl.stage_code import code_of, code_of_method, code_of_tables, package_code

_PACKAGE = Path(gtl.__file__).parent
_STEPS = [
    step
    for path in sorted((_PACKAGE / "stages").glob("*.py"))
    for step in re.findall(r'code_of\(\s*"([\w.]+)"', path.read_text())
]


@dataclass(frozen=True)
class Release:
    """A copy of the package, and the digests of its stages as they are."""

    folder: Path
    codes: Mapping[str, str]

    def changed(self, *edits: tuple[str, str, str]) -> set[str]:
        """Whose code is another after edits: a file, what is in it, and what is put in its place."""
        for module, old, new in edits:
            source = (self.folder / module).read_text()
            assert old in source
            (self.folder / module).write_text(source.replace(old, new))
        codes = _codes(self.folder)
        for module, _, _ in edits:
            shutil.copy(_PACKAGE / module, self.folder / module)
        return {name for name in codes if codes[name] != self.codes[name]}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = tmp_path_factory.mktemp("release") / "gtl"
    shutil.copytree(_PACKAGE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return Release(folder, _codes(folder))


def _codes(folder: Path) -> dict[str, str]:
    package = package_code(folder)
    steps = {step: code_of(step, package=package) for step in _STEPS}
    methods = {name: code_of_method(info, package) for name, info in METHODS.items()}
    return {**steps, **methods, "report": code_of_tables("report.write_report", package)}


def test_what_only_people_read_and_new_settings_remake_nothing(release: Release) -> None:
    setting, error = "    genotypes: GenotypeEngine =", "class InputError"
    changed = release.changed(
        ("__init__.py", gtl.__version__, "99.0.0"),
        ("methods/base.py", '"""The interface of methods:', '"""What methods are:'),
        ("config/study.py", setting, f"    new: int = 1\n\n{setting}"),
        ("errors.py", error, f"class Renamed(Exception):\n    pass\n\n\n{error}"),
    )
    assert changed == set()


def test_a_method_s_change_remakes_it_alone(release: Release) -> None:
    assert release.changed(("learn/adaptation.py", "values**power", "values ** (2 * power)")) == {"coral", "tca"}


def test_a_step_that_all_methods_take_remakes_all_methods(release: Release) -> None:
    old = "table = candidate_table(on_top, context.small, config.selection)"
    changed = release.changed(("steps/transfer.py", old, old.replace("table =", "table = 1 *")))
    assert changed == set(METHODS)


def test_what_learning_uses_leaves_the_people_as_they_are(release: Release) -> None:
    changed = release.changed(("learn/splits.py", "if n_people > sum(sizes)", "if n_people >= sum(sizes)"))
    assert changed == {"preparation.write_split"}


def test_another_template_remakes_the_report_alone(release: Release) -> None:
    assert release.changed(("report/page.css", "body", "html body")) == {"report"}


def test_a_row_of_the_registry_counts_for_its_own_method() -> None:
    row = METHODS["snp_transfer"]
    assert code_of_method(row) == code_of_method(replace(row, title="SNPs of the large population"))
    assert code_of_method(row) != code_of_method(replace(row, arguments=("large",)))


def test_an_engine_has_code_of_its_own() -> None:
    codes = {code_of("association.write_association", engine) for engine in ("builtin", "plink", "hapgen2")}
    assert len(codes) == 3
    assert len({code_of(step) for step in _STEPS}) == len(set(_STEPS)) > 10
