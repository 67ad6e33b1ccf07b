"""What the HTML report is made of: figures, and what is said of each small population."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from gtl.config.study import StudyConfig
from gtl.methods.registry import BASELINE

_MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


@dataclass(frozen=True)
class Figure:
    """A drawn figure.

    Attributes
    ----------
    title, caption
        What it is, and what one sees.
    content
        SVG or PNG bytes.
    kind
        Which of the two.
    """

    title: str
    caption: str
    content: bytes
    kind: Literal["svg", "png"]

    @property
    def uri(self) -> str:
        """Data URI: as an image, so that nothing in an SVG is ever run."""
        return f"data:{_MEDIA_TYPES[self.kind]};base64,{base64.b64encode(self.content).decode()}"


@dataclass(frozen=True, eq=False)
class PopulationPart:
    """What the page says of one small population.

    Attributes
    ----------
    config
        Settings of the study, of several small populations for this one.
    results
        Table RESULTS of its traits.
    tables
        The paper's tables, from :func:`gtl.report.tables.paper_tables`.
    figures
        Drawn before, in their order.
    gallery
        Heading → figures that are shown side by side, further down.
    evidence
        Tables VERDICT, SELECTION, ON_TOP, ATTAINABLE and CALIBRATION by name (verdict, selection, on_top, attainable,
        calibration); without one of them its part of the page is left out.
    baseline
        Method that the others are measured against.
    declared, why
        Method that was declared before the data were seen, and the reason; empty where none was.
    people
        What is said of the people and variants of a study of real people, in words.
    not_studied
        Traits of other small populations that this one's tables lack.
    not_run
        Methods that could not run on some trait (``method``), and why (``reason``).
    people_figures
        Pictures of the people and variants of a study of real people.
    """

    config: StudyConfig
    results: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    figures: Sequence[Figure] = ()
    gallery: Mapping[str, Sequence[Figure]] = field(default_factory=dict)
    evidence: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    baseline: str = BASELINE
    declared: str = ""
    why: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    not_studied: Sequence[str] = ()
    not_run: Sequence[Mapping[str, str]] = ()
    people_figures: Sequence[Figure] = ()
