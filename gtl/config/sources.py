"""Settings of what stands for a large population whose people cannot be had: GWAS statistics, or a published score."""

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema, model_validator

from gtl.config.base import Positive, Section, worded
from gtl.config.people import CohortFiles

Files = Annotated[str | dict[str, str] | None, WithJsonSchema({"type": ["string", "object", "null"]})]
"""One file for every trait, or trait → file."""

SOURCE_FILES = ("statistics", "score", "chain", "reference_groups")
"""Settings of a source that name files."""

WEIGHT = "weight"
"""Meaning of the one column of a score that can be named."""


class SourceConfig(Section):
    """One genome-wide association study, or one published score.

    >>> SourceConfig(score="PGS000018.txt.gz").file_of("asthma")
    'PGS000018.txt.gz'
    """

    statistics: Files = Field(
        None,
        description="GWAS summary statistics, in any usual format; {chrom} for one file a chromosome. One file, or "
        "trait → file.",
    )
    reference: CohortFiles = Field(
        CohortFiles(),
        description="Genotypes of people like those of the GWAS, for linkage disequilibrium; hundreds are enough.",
    )
    reference_groups: str | None = Field(
        None,
        pattern=worded(r"^.+:[^:]+$", "a table's file and its column, TABLE:COLUMN"),
        description="TABLE:COLUMN with the population of everybody in the reference's genotypes; tells the GWAS's "
        "ancestry as a mixture of them.",
    )
    score: Files = Field(
        None, description="A published score in place of statistics: a PGS Catalog file, or trait → file."
    )
    columns: dict[str, str] = Field(
        {},
        description="Meaning → column of the statistics, where the header does not tell; see `gtl statistics`. Of a "
        "score with several columns of weights `{weight: NAME}`.",
    )
    n: Positive | None = Field(None, description="People of the GWAS, if its file does not say.")
    cases: Positive | None = Field(None, description="Cases of the GWAS; with controls they give effective numbers.")
    controls: Positive | None = Field(None, description="Controls of the GWAS.")
    chain: str | None = Field(
        None, description="UCSC chain file that lifts statistics or score over to the build of the genotypes."
    )
    trait_sd: Positive | None = Field(
        None, description="Standard deviation of the trait in the units of the effects, if it is not 1."
    )
    other_scale: bool = Field(
        False,
        description="Effects are log odds of a disease, and the trait is a measurement that goes with it: only the "
        "order of people counts. The scale is the small population's learning people's in any case.",
    )

    @model_validator(mode="after")
    def _one_kind(self) -> "SourceConfig":
        if (self.statistics is None) == (self.score is None):
            raise ValueError("a source has either statistics or a score: name one of them")
        if self.statistics is not None and self.reference.genotypes is None:
            raise ValueError(
                "statistics need people to take linkage disequilibrium from: name genotypes of people like those of "
                "the GWAS in reference.genotypes (such as 1000 Genomes people of its ancestry)"
            )
        if self.score is not None and (others := [*self.columns.keys() - {WEIGHT}]):
            raise ValueError(f"columns: of a score only {WEIGHT} can be named, not {min(others)}")
        if self.reference_groups is not None and self.statistics is None:
            raise ValueError("reference_groups tell the ancestry of statistics, and a score has none: leave them out")
        return self

    def file_of(self, trait: str) -> str | None:
        """The file for a trait, called as its column; None where this source has none for it."""
        files = self.statistics if self.statistics is not None else self.score
        return files.get(trait) if isinstance(files, dict) else files


def large_of_sources(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings before they are checked, with one source as the large population, its reference as that's files.

    It is the one that ``populations.large`` names, else the first with statistics, else the first; not one that is
    called as a small population. Once named it does not depend on the order of the sources, which a data base need not
    keep.
    """
    sources, files, populations = (settings.get(name) or {} for name in ("sources", "files", "populations"))
    if not (sources and all(isinstance(section, dict) for section in (sources, files, populations))):
        return settings
    small = populations.get("small") or ()
    small_names = [small] if isinstance(small, str) else small
    others = [name for name in sources if name not in small_names] or [*sources]
    could_be = [name for name in others if _reference(sources[name])] or others
    named = populations.get("large")
    name = named if named in could_be else could_be[0]
    large = files.get("large") or {}
    if not (isinstance(large, dict) and large.get("genotypes")):
        large = _reference(sources[name])
    return settings | {"files": files | {"large": large}, "populations": populations | {"large": name}}


def _reference(source: Any) -> Any:
    """The reference of a source with statistics; of any other none."""
    return source.get("reference") or {} if isinstance(source, dict) and source.get("statistics") is not None else {}
