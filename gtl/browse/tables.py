"""Every table of a version of a study's results that people may read and take away."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from gtl.browse.finished import FinishedStudy
from gtl.errors import InputError
from gtl.store.artifact import Artifact

if TYPE_CHECKING:
    import pandas as pd

EVIDENCE_TITLES = {
    "verdict": "Verdicts: each method's gain over the baseline, with its interval",
    "selection": "Choice and luck: the best choosing score, and what chance would give",
    "on_top": "On top of the covariates: what each score adds, and how much it explains",
    "attainable": "Share of what the causal SNPs would gain (simulated traits)",
    "calibration": "Calibration: whether probabilities mean what they say",
}

ASSOCIATION = "association"


@dataclass(frozen=True)
class StudyTable:
    """A table that can be read.

    Attributes
    ----------
    name
        In addresses, and of the file that is downloaded.
    title
        What it is.
    read
        Reads it.
    """

    name: str
    title: str
    read: "Callable[[], pd.DataFrame]"


def study_tables(study: FinishedStudy) -> dict[str, StudyTable]:
    """Name → table, in the order in which people look for them; those of associations last."""
    return {table.name: table for table in _tables(study)}


def _tables(study: FinishedStudy) -> Iterator[StudyTable]:
    yield StudyTable("results", "Every score: trait, method, metric, interval, people", lambda: study.scores)
    for name, title in EVIDENCE_TITLES.items():
        if len(study.tables[name]):
            yield StudyTable(name, title, partial(lambda name: study.tables[name], name))
    if "funnel.parquet" in study.results.files:
        yield StudyTable("funnel", "Where variants were lost, by file, step and reason", partial(funnel, study))
    for name in sorted(study.results.files):
        if name.startswith("table_") and name.endswith(".csv"):
            number = name.removeprefix("table_").removesuffix(".csv")
            yield StudyTable(f"table_{number}", f"The paper's table {number}", partial(_csv, study.results, name))
    yield StudyTable("times", "When each stage ran and what it cost", lambda: study.times)
    for trait, population in associations(study):
        name = association_name(trait, population)
        words = f"Association of each SNP with {trait} in the {population} population"
        yield StudyTable(name, words, partial(association, study, trait, population))


def funnel(study: FinishedStudy) -> "pd.DataFrame":
    """Table FUNNEL, of several small populations with a column that names one."""
    from gtl.schema import FUNNEL
    from gtl.steps.tables_by_population import read_table

    return read_table(study.results, "funnel.parquet", FUNNEL)


def association_name(trait: str, population: str) -> str:
    """Name of the table of a trait's association in the large or small population."""
    return f"{ASSOCIATION}_{population}.{trait}"


def associations(study: FinishedStudy) -> list[tuple[str, str]]:
    """Trait and population of each association that a finished study has, in tables' order."""
    return [(trait, population) for trait in traits(study) for population in ("large", "small")]


def traits(study: FinishedStudy) -> list[str]:
    """Names of the traits that have a score, in tables' order."""
    from gtl.domain.trait import trait_order

    return sorted(map(str, study.scores["phenotype"].unique()), key=trait_order)


def association(study: FinishedStudy, trait: str, population: str) -> "pd.DataFrame":
    """Table ASSOCIATION of all who are not sealed, chromosomes in their order.

    Where statistics stand for the large population's people, it is what those say.

    Raises
    ------
    InputError
        If the study has no such association.
    """
    return _association(study, trait, population)


@lru_cache(maxsize=8)
def _association(study: FinishedStudy, trait: str, population: str) -> "pd.DataFrame":
    import pandas as pd

    from gtl.formats.summary_statistics.writer import chromosome_order
    from gtl.schema import ASSOCIATION as CONTRACT

    parts = {
        chromosome: made.ref
        for key, made in study.made_from.items()
        for own, stage, chromosome in [_association_parts(key)]
        if own == trait and stage == f"association_{population}"
    }
    if not parts:
        raise InputError(f"study {study.name!r} has no association of {trait!r} in the {population} population")
    artifacts = [study.store.read(parts[name]) for name in sorted(parts, key=chromosome_order)]
    tables = [artifact.read_table("cohort.parquet", CONTRACT) for artifact in artifacts]
    return pd.concat(tables, ignore_index=True)


def _association_parts(key: str) -> tuple[str, str, str]:
    """Trait, stage and chromosome of an association's key below the study; empty for other keys.

    >>> _association_parts("phenotypes/height/association_large/chr21")
    ('height', 'association_large', '21')
    """
    parts = key.split("/")
    if len(parts) == 4 and parts[0] == "phenotypes" and parts[2].startswith("association_"):
        return parts[1], parts[2], parts[3].removeprefix("chr")
    return "", "", ""


def _csv(results: Artifact, name: str) -> "pd.DataFrame":
    from gtl.steps.tables_by_population import read_csv

    return read_csv(results, name)
