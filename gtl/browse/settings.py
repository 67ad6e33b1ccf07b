"""A study's settings as people read them, those that it does not use left out."""

from typing import Any

from gtl.config import StudyConfig, flatten

OF_FILES = ("files", "traits", "roles", "matching")
"""Sections that matter to studies of real people alone."""

OF_SIMULATIONS = ("panel", "cohorts", "phenotypes", "split")
"""Sections that matter to simulations alone."""


def settings_that_matter(config: StudyConfig) -> dict[str, str]:
    """Dotted name → value in words, of the sections that the study uses.

    >>> found = settings_that_matter(StudyConfig())
    >>> found["cohorts.small"], "traits.names" in found
    ('100', False)
    """
    unused = OF_FILES if config.is_simulated else OF_SIMULATIONS
    return {name: in_words(value) for name, value in flatten(config).items() if name.partition(".")[0] not in unused}


def in_words(value: Any) -> str:
    """A setting's value without the marks of a programming language.

    >>> in_words(["height", "asthma"]), in_words(5e6), in_words(None), in_words([]), in_words(True), in_words(1e-12)
    ('height, asthma', '5,000,000', '–', '–', 'yes', '1e-12')
    >>> in_words([{"name": "Model 1", "layers": [["dense", 30], ["dense", 2]]}])
    'name: Model 1, layers: dense 30, dense 2'
    """
    if value is None or value in ([], {}, ""):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {in_words(own)}" for name, own in value.items())
    if isinstance(value, list | tuple):
        nested = any(isinstance(item, dict) for item in value)
        pair = len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], int)  # a layer and its units
        return ("; " if nested else " " if pair else ", ").join(map(in_words, value))
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() and abs(value) >= 1000 else f"{value:.6g}"
    return str(value)
