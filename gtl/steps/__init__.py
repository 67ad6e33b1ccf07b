"""What the stages of :mod:`gtl.stages` do: read artefacts, call the domain's functions, write artefacts.

A module of this package is imported when it is first used, so that a stage that is found finished loads none of the
heavy libraries.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gtl.steps import association as association
    from gtl.steps import association_plots as association_plots
    from gtl.steps import cohorts as cohorts
    from gtl.steps import imports as imports
    from gtl.steps import matching as matching
    from gtl.steps import panel as panel
    from gtl.steps import people as people
    from gtl.steps import phenotypes as phenotypes
    from gtl.steps import preparation as preparation
    from gtl.steps import report as report
    from gtl.steps import results as results
    from gtl.steps import source_association as source_association
    from gtl.steps import sources as sources
    from gtl.steps import training as training
    from gtl.steps import traits as traits
    from gtl.steps import transfer as transfer

_MODULES = {
    "association", "association_plots", "cohorts", "imports", "matching", "panel", "people",
    "phenotypes", "preparation", "report", "results", "source_association", "sources", "traits", "training", "transfer",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"gtl.steps has no module {name}")
    return import_module(f"gtl.steps.{name}")
