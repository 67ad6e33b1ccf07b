"""What a reference panel is made of, and where it therefore lies; known before anything is read or simulated."""

from pathlib import Path
from typing import Any

from gtl.config import StudyConfig
from gtl.config.genotypes import PANEL_FILES
from gtl.errors import InputError
from gtl.store.manifest import canonical_json, sha256_of, sha256_of_file


def panel_params(config: StudyConfig) -> dict[str, Any]:
    """What the panel depends on: its settings, with each file's content in place of its path."""
    settings = config.panel.model_dump(mode="json")
    hashes = {name: _file_hash(name, settings[name]) for name in PANEL_FILES if settings[name] is not None}
    seed = config.seed if config.panel.source == "coalescent" else None
    return {**settings, **hashes, "populations": config.populations.model_dump(), "seed": seed}


def panel_key(params: dict[str, Any]) -> str:
    """Where the panel lies: by what it is made of, so that studies with the same panel share it."""
    return f"panels/{params['source']}-{sha256_of(canonical_json(params))[:12]}"


def _file_hash(field: str, path: str) -> str:
    try:
        return sha256_of_file(Path(path))
    except OSError as error:
        raise InputError(f"panel.{field}: {path} cannot be read ({error.strerror}); correct the path") from error
