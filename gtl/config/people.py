"""Settings of real studies: files of two populations, the traits in their tables, and who plays which role."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from gtl.config.base import Count, Distinct, Fraction, Section

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
        pattern=r"^[^=\r\n]+=[^=\r\n]+$",
        description="Only people with this in a table, such as population=YRI or set=trn,cal.",
    )


class FilesConfig(Section):
    """The files of a study of real people."""

    large: CohortFiles = CohortFiles()
    small: CohortFiles = CohortFiles()
    final: CohortFiles = Field(
        CohortFiles(), description="Sealed people of the small population, where they have a file of their own."
    )


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
        if self.tuning_share + self.choosing_share >= 1:
            raise ValueError("roles.tuning_share + roles.choosing_share leave nobody to train on; make them smaller")
        return self


class MatchingConfig(Section):
    """How variants of the populations' files are found to be the same."""

    min_overlap: Fraction = Field(
        0.75, description="Stop when a smaller share of the smaller file's usable variants is found in the other file."
    )
    same_strand: bool = Field(
        False, description="A/T and C/G variants are on one strand in all files; else allele frequencies have to tell."
    )


FILE_FIELDS = ("genotypes", "samples")
"""Settings of a cohort's files that hold one path; ``tables`` holds several."""
