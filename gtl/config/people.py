"""Settings of real studies: files of two populations, the traits in their tables, and who plays which role."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from gtl.config.base import Count, Distinct, Fraction, Section, worded
from gtl.config.genotypes import Name

Share = Annotated[float, Field(gt=0, lt=1)]
"""A part of a whole that is neither none nor all of it."""


class Source(StrEnum):
    """Where a study's people come from."""

    SIMULATED = "simulated"
    FILES = "files"


class CohortFiles(Section):
    """Genotype files and tables of one cohort."""

    genotypes: str | None = Field(
        None,
        description=".bed, .pgen, .vcf(.gz), .bcf, .bgen, .gen(.gz) or .parquet; {chrom} for one file a chromosome, "
        "such as ukb_chr{chrom}.bed.",
    )
    samples: str | None = Field(
        None, description="Oxford .sample file of a .bgen or .gen, if it does not lie beside it."
    )
    counted: Literal["first", "last"] = Field(
        "last",
        description="BGEN and .gen: which allele of the file is the alternate one. Matching is by alleles either way.",
    )
    field: Literal["auto", "GT", "DS", "HDS", "GP"] = Field(
        "auto", description="VCF: which field to read; auto: DS, HDS or GP where the header declares one, else GT."
    )
    tables: tuple[str, ...] = Field(
        (),
        description="Tables of these people: phenotypes, covariates, sex, roles (columns FID IID, #IID or IID first).",
    )
    where: str | None = Field(
        None,
        pattern=worded(r"^[^=\r\n]+=[^=\r\n]+$", "a condition COLUMN=VALUE or COLUMN=VALUE,VALUE"),
        description="Only people with this in a table, such as population=YRI or set=trn,cal.",
    )


class SmallFiles(Section):
    """The files of one of several small populations."""

    small: CohortFiles = CohortFiles()
    final: CohortFiles = CohortFiles()


class FilesConfig(Section):
    """The files of a study of real people.

    Several small populations: ``small`` (and ``final``) name each one's files, ``{YRI: {...}, JPT: {...}}``.

    >>> files = FilesConfig(small={"YRI": {"genotypes": "yri.bed"}, "JPT": {"genotypes": "jpt.bed"}})
    >>> files.populations["JPT"].small.genotypes
    'jpt.bed'
    """

    large: CohortFiles = CohortFiles()
    small: CohortFiles = CohortFiles()
    final: CohortFiles = Field(
        CohortFiles(), description="Sealed people of the small population, where they have a file of their own."
    )
    populations: dict[Name, SmallFiles] = Field(
        {},
        description="Several small populations: code → {small: {genotypes: ..., tables: [...]}, final: {...}}, in "
        "place of files.small and files.final. A study file may write files.small: {YRI: {genotypes: ...}, JPT: ...}.",
    )

    @property
    def has_final(self) -> bool:
        """Whether sealed people of a small population have a file of their own."""
        finals = [self.final, *(own.final for own in self.populations.values())]
        return any(files.genotypes is not None for files in finals)

    @model_validator(mode="before")
    @classmethod
    def _by_population(cls, files: Any) -> Any:
        if not isinstance(files, dict):
            return files
        named = {cohort: files[cohort] for cohort in ("small", "final") if _is_mapping_of_populations(files, cohort)}
        if not named:
            return files
        populations = {name: dict(own) for name, own in (files.get("populations") or {}).items()}
        for cohort, by_name in named.items():
            for name, own in by_name.items():
                populations.setdefault(name, {})[cohort] = own
        return {key: value for key, value in files.items() if key not in named} | {"populations": populations}

    @model_validator(mode="after")
    def _one_way(self) -> "FilesConfig":
        if self.populations and (self.small != CohortFiles() or self.final != CohortFiles()):
            raise ValueError(
                "files.small and files.final name one cohort, and others belong to populations: name every small "
                "population's files by its code, such as files.small: {YRI: {genotypes: ...}, JPT: {genotypes: ...}}"
            )
        return self


class TraitsConfig(Section):
    """Which traits of the tables are studied, and with which covariates."""

    names: Distinct[str] = Field(
        (), description="Columns to study; empty: every column that is no id, sex, covariate, role or condition."
    )
    binary: Distinct[str] = Field(
        (), description="Columns that are case/control status, whatever their values look like."
    )
    quantitative: Distinct[str] = Field(
        (), description="Columns that are measurements, whatever their values look like."
    )
    covariates: Distinct[str] = Field(
        (), description="Columns such as sex, age, PC1-PC10; every method is judged on top."
    )
    categorical: Distinct[str] = Field((), description="Columns among the covariates that are categories, not numbers.")
    components: Annotated[int, Field(ge=0, le=40)] = Field(
        0, description="Principal components of the study's own genotypes that are covariates too."
    )
    prevalence: Share | None = Field(
        None, description="Binary traits: share of cases in the small population, for R² on the liability scale."
    )
    prevalences: dict[Name, Share] = Field(
        {}, description="Several small populations: code → its share of cases, where it is not traits.prevalence."
    )


class PopulationRoles(Section):
    """Roles of one of several small populations, where they are not those of the others; empty: as there."""

    final_share: Share | None = None
    column: str | None = None
    learning: Distinct[str] = ()
    final: Distinct[str] = ()
    learning_people: Count | None = None


class RolesConfig(Section):
    """Who learns, who chooses and who is sealed; relatives always play the same role."""

    final_share: Share = Field(
        1 / 3,
        description="Share of the small people that is sealed for the one final score (without a file or column).",
    )
    column: str | None = Field(
        None, description="A column of the tables that gives roles; then these two name its values."
    )
    learning: Distinct[str] = Field((), description="Values of the role column: people to learn from.")
    final: Distinct[str] = Field((), description="Values of the role column: people that are sealed.")
    repeats: Annotated[int, Field(ge=1, le=1000)] = Field(
        1, description="Draw the roles this many times; intervals account for the overlap of the draws."
    )
    learning_people: Count | None = Field(
        None, description="Learn from at most this many small people, drawn at random; empty = all."
    )
    tuning_share: Share = Field(0.1, description="Share of learning people that tune a model (the paper's validation).")
    choosing_share: Share = Field(
        0.2, description="Share of learning people that choose among models (the paper's test)."
    )
    populations: dict[Name, PopulationRoles] = Field(
        {},
        description="Several small populations: code → its own final_share, column, learning, final or "
        "learning_people, such as {JPT: {column: set, learning: [trn], final: [cal]}}.",
    )
    kinship: Fraction = Field(
        0.0884, description="People at least this related (KING-robust) share a role; 0.0884 is second degree, 1 = off."
    )

    @model_validator(mode="after")
    def _column_has_values(self) -> "RolesConfig":
        if self.column is not None and not (self.learning and self.final):
            raise ValueError(
                "roles.column needs roles.learning and roles.final: which of its values are people to learn from, and "
                "which are sealed people"
            )
        if both := sorted({*self.learning} & {*self.final}):
            raise ValueError(
                f"{both[0]} is in roles.learning and in roles.final; nobody can be learned from and sealed"
            )
        return self

    @model_validator(mode="after")
    def _somebody_trains(self) -> "RolesConfig":
        if self.tuning_share + self.choosing_share >= 1:
            raise ValueError("roles.tuning_share + roles.choosing_share leave nobody to train on; make them smaller")
        return self


class Lacking(StrEnum):
    """What becomes of a variant that the small population's files do not have."""

    LEAVE_OUT = "leave_out"
    IMPUTE = "impute"


class MatchingConfig(Section):
    """How variants of the populations' files are found to be the same."""

    min_overlap: Fraction = Field(
        0.75, description="Stop when a smaller share of the smaller file's usable variants is found in the other file."
    )
    same_strand: bool = Field(
        False, description="A/T and C/G variants are on one strand in all files; else allele frequencies have to tell."
    )
    lacking: Lacking = Field(
        Lacking.LEAVE_OUT,
        description="Variants of the large population that a small one's files lack. leave_out: models see the shared "
        "ones; impute: they stay, and each small person has the large population's mean dosage (2 × allele frequency).",
    )


def _is_mapping_of_populations(files: dict[str, Any], cohort: str) -> bool:
    """Whether a cohort's entry names populations: no setting of a cohort's files is a mapping."""
    entry = files.get(cohort)
    return isinstance(entry, dict) and bool(entry) and all(isinstance(own, dict) for own in entry.values())


FILE_FIELDS = ("genotypes", "samples")
"""Settings of a cohort's files that hold one path; ``tables`` holds several."""
