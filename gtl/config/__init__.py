"""A study's settings: what can be set, its bounds, defaults and help texts, and how they are read."""

from gtl.config.loading import flatten, load_study, preset, schedule_of, with_overrides, with_paths_below
from gtl.config.study import StudyConfig

__all__ = [
    "StudyConfig", "flatten", "load_study", "preset", "schedule_of", "with_overrides", "with_paths_below"
]  # fmt: skip
