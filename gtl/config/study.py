"""The whole of a study's settings: one model for the trigger form, the YAML file and the tests."""

import os
import re
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from gtl.config.base import Section, worded
from gtl.config.genotypes import CohortsConfig, Name, PanelConfig, PopulationsConfig
from gtl.config.learning import (
    AssociationConfig,
    ClassicalConfig,
    PreselectionConfig,
    QualityControlConfig,
    SelectionConfig,
    SplitConfig,
    TrainingConfig,
    TransferConfig,
)
from gtl.config.people import FilesConfig, Lacking, MatchingConfig, RolesConfig, Source, TraitsConfig
from gtl.config.phenotypes import PhenotypesConfig
from gtl.config.small_populations import check_populations, missing_files, named_by_files, of_population
from gtl.config.sources import SourceConfig, large_of_sources
from gtl.domain.cohort_set import SHARED_COHORTS as SHARED_COHORTS
from gtl.domain.cohort_set import CohortSet
from gtl.domain.phenotype_code import PhenotypeCode
from gtl.domain.trait import population_in

REAL_METHODS = (
    "covariates_only", "own_gblup", "large_gblup", "pooled_gblup", "transfer_gblup", "stacked_score",
    "polygenic_score", "bayesian_score", "no_transfer", "snp_transfer",
)  # fmt: skip
"""Methods of a study of real people that names none: they need no networks and run in minutes."""

SOURCES_METHODS = (
    "covariates_only", "own_gblup", "published_score", "polygenic_score", "large_gblup", "bayesian_score",
    "joint_score", "combined_score", "no_transfer", "snp_transfer",
)  # fmt: skip
"""Methods of a study that has statistics or scores in place of large people, if it names none."""

STATISTICS = "statistics"
"""What a source may be called that is files, with ``sources`` in place of the large population's people."""

STORE_PATTERN = r"^(?![a-z0-9]+://[^@]*:[^@]*@)[^\r\n]+$"
"""A folder or a URI, without a password before an @."""


class GenotypeEngine(StrEnum):
    """What simulates genotypes."""

    BUILTIN = "builtin"
    HAPGEN2 = "hapgen2"


class PhenotypeEngine(StrEnum):
    """What simulates phenotypes."""

    BUILTIN = "builtin"
    PHENOTYPE_SIMULATOR = "phenotypesimulator"


class AssociationEngine(StrEnum):
    """What tests SNPs for association."""

    BUILTIN = "builtin"
    PLINK = "plink"


class EnginesConfig(Section):
    """Which engine runs each step; all engines write the same artefacts.

    Engines other than builtin run in containers: Airflow starts them, ``make images`` builds their images.
    """

    genotypes: GenotypeEngine = Field(
        GenotypeEngine.BUILTIN,
        description="builtin: Li-Stephens resampling, as cohorts.copying says; hapgen2: HAPGEN2 in a container, binary "
        "from you, which lets the panel grow.",
    )
    phenotypes: PhenotypeEngine = Field(
        PhenotypeEngine.BUILTIN,
        description="builtin: PhenotypeSimulator's model; phenotypesimulator: its R package in a container.",
    )
    association: AssociationEngine = Field(
        AssociationEngine.BUILTIN,
        description="builtin: exact and asymptotic tests; plink: PLINK 1.9 in a container.",
    )


class StudyConfig(Section):
    """Settings of one study. Every number of the paper is a field; the defaults are the paper's.

    >>> StudyConfig().codes()[0]
    PhenotypeCode(population='YRI', risk_snps=5, iteration=1)
    """

    name: str = Field(
        "transfer",
        pattern=worded(
            r"^[a-z0-9][a-z0-9_-]{0,63}$",
            "a name of lower-case letters, digits, - and _ that begins with a letter or digit and has 64 at most",
        ),
        description="Name of the study; its results lie under it. Lower-case letters, digits, - and _.",
    )
    seed: Annotated[int, Field(ge=0, lt=2**31)] = Field(1, description="Seed of every random number of the study.")
    store: str = Field(
        default_factory=lambda: os.environ.get("GTL_STORE") or "results",
        min_length=1,
        description="Folder or s3://connection@bucket/prefix that everything goes to; default: GTL_STORE, or results.",
        json_schema_extra={"pattern": STORE_PATTERN},
    )
    source: Source = Field(
        Source.SIMULATED,
        description="simulated: people are made from a panel; files: your own cohorts and tables; statistics: files "
        "of the small population, and sources in place of the large one's people.",
    )
    populations: PopulationsConfig = PopulationsConfig()
    files: FilesConfig = FilesConfig()
    sources: dict[Name, SourceConfig] = Field(
        {},
        description="In place of a large cohort's people: code of a population or score → {statistics: ..., reference: "
        "{genotypes: ...}} or {score: ...}. The large population is the one that populations.large names, else the "
        "first with statistics; a source called as the small population is its own GWAS.",
    )
    traits: TraitsConfig = TraitsConfig()
    roles: RolesConfig = RolesConfig()
    matching: MatchingConfig = MatchingConfig()
    panel: PanelConfig = PanelConfig()
    cohorts: CohortsConfig = CohortsConfig()
    phenotypes: PhenotypesConfig = PhenotypesConfig()
    association: AssociationConfig = AssociationConfig()
    quality_control: QualityControlConfig = QualityControlConfig()
    split: SplitConfig = SplitConfig()
    preselection: PreselectionConfig = PreselectionConfig()
    classical: ClassicalConfig = ClassicalConfig()
    training: TrainingConfig = TrainingConfig()
    transfer: TransferConfig = TransferConfig()
    selection: SelectionConfig = SelectionConfig()
    engines: EnginesConfig = EnginesConfig()

    @field_validator("store")
    @classmethod
    def _no_password_in_store(cls, uri: str) -> str:
        if uri.splitlines() != [uri]:
            raise ValueError(f"{uri!r} has a line break; a folder or a URI is one line")
        # Not the field's own pattern: that error would repeat the password.
        if re.fullmatch(STORE_PATTERN, uri) is None:
            raise ValueError(
                "expected a folder or s3://connection@bucket/prefix with the name of an Airflow connection; keys and "
                "passwords never go into settings, but into the connection"
            )
        # ~ is the home folder, which shells put in neither in files nor after an equals sign.
        return os.path.expanduser(uri)

    @model_validator(mode="after")
    def _files_given(self) -> "StudyConfig":
        check_populations(self)
        absent = missing_files(self)
        if self.source is Source.FILES and absent:
            raise ValueError(
                f"source 'files' needs {' and '.join(absent)}; `gtl new FOLDER` writes a study file for the files there"
            )
        return self

    @model_validator(mode="after")
    def _sources_fit(self) -> "StudyConfig":
        if self.sources and self.is_simulated:
            raise ValueError("sources are for a study of real people: set source to files, and name files.small")
        if self.sources and self.files.large != self.sources[self.populations.large].reference:
            raise ValueError(
                f"files.large is not the reference of sources.{self.populations.large}: leave files.large out where "
                "sources stand for the large population, or leave sources out where its people are there"
            )
        return self

    @model_validator(mode="after")
    def _one_panel_for_all(self) -> "StudyConfig":
        if self.source is Source.SIMULATED and self.matching.lacking is Lacking.IMPUTE:
            raise ValueError(
                "matching.lacking: impute is for files; a simulated population lacks a variant where all of its people "
                "have the same allele, which is no reason to guess another"
            )
        if self.is_simulated and self.several:
            self.panel.check_for_several()
        return self

    @model_validator(mode="before")
    @classmethod
    def _populations_named(cls, settings: Any) -> Any:
        return large_of_sources(named_by_files(settings)) if isinstance(settings, dict) else settings

    @model_validator(mode="before")
    @classmethod
    def _methods_for_real_people(cls, settings: Any) -> Any:
        if not isinstance(settings, dict) or settings.get("source") != Source.FILES:
            return settings
        transfer = settings.get("transfer") or {}
        if not isinstance(transfer, dict) or "methods" in transfer:
            return settings
        methods = SOURCES_METHODS if settings.get("sources") else REAL_METHODS
        return {**settings, "transfer": {"methods": methods, **transfer}}

    @model_validator(mode="before")
    @classmethod
    def _statistics_are_files(cls, settings: Any) -> Any:
        # The last of its kind, so the first that runs: others look at the source.
        if not isinstance(settings, dict) or settings.get("source") != STATISTICS:
            return settings
        if not settings.get("sources"):
            raise ValueError(
                "source 'statistics' needs sources, such as sources: {EUR: {statistics: height.tsv.gz, reference: "
                "{genotypes: eur.bed}}} or {EUR: {score: PGS000018.txt.gz}}"
            )
        return {**settings, "source": Source.FILES}

    @model_validator(mode="after")
    def _splits_add_up(self) -> "StudyConfig":
        if self.source is Source.FILES:
            return self
        for cohort in ("large", "small"):
            parts = [getattr(self.split, f"{cohort}_{part}") for part in ("train", "validation", "test")]
            size = getattr(self.cohorts, cohort)
            if sum(parts) != size:
                raise ValueError(
                    f"split.{cohort}_train + {cohort}_validation + {cohort}_test = {' + '.join(map(str, parts))} = "
                    f"{sum(parts)}, but cohorts.{cohort} is {size}; make them equal"
                )
        return self

    @property
    def is_simulated(self) -> bool:
        """Whether the study's people and traits are simulated, so that the truth behind them is known."""
        return self.source is Source.SIMULATED

    @property
    def baseline(self) -> str:
        """The method that the others are measured against: the best that the small population can do by itself."""
        return "no_transfer" if self.is_simulated else "own_gblup"

    @property
    def has_large_people(self) -> bool:
        """Whether the large population is there as individuals, not as statistics or scores alone."""
        return not self.sources

    @property
    def in_order(self) -> dict[str, SourceConfig]:
        """The sources, the large population first, the others by name: as they were written is not kept everywhere."""
        names = sorted(self.sources, key=lambda name: (name != self.populations.large, name))
        return {name: self.sources[name] for name in names}

    @property
    def recommended(self) -> str:
        """The method that is recommended whatever comes out, declared before the data are seen."""
        declared = "transfer_gblup" if self.has_large_people else "combined_score"
        return "" if self.is_simulated or declared not in self.transfer.methods else declared

    @property
    def several(self) -> bool:
        """Whether there are several small populations; the names of traits then begin with theirs."""
        return len(self.populations.small_names) > 1

    def of_population(self, name: str) -> "StudyConfig":
        """The settings for one of several small populations: as if the study had no other.

        >>> StudyConfig(populations={"small": ["YRI", "JPT"]}).of_population("JPT").populations.small
        'JPT'
        """
        return of_population(self, name) if self.several else self

    def of_set(self, cohort_set: str) -> "StudyConfig":
        """The settings for the small population of a set of cohorts."""
        return self.of_population(CohortSet.parse(cohort_set).population)

    def of_trait(self, code: str) -> "StudyConfig":
        """The settings for the small population in which a trait is studied."""
        return self.of_population(population_in(code))

    def by_population(self) -> dict[str, "StudyConfig"]:
        """Code of each small population → the settings for it."""
        return {name: self.of_population(name) for name in self.populations.small_names}

    def codes(self) -> list[PhenotypeCode]:
        """The study's phenotypes, in the paper's order: by population, risk SNPs, then iteration."""
        return [
            PhenotypeCode(population, risk_snps, iteration)
            for population in self.populations.small_names
            for risk_snps in self.phenotypes.risk_snps
            for iteration in range(1, self.phenotypes.iterations + 1)
        ]

    def cohort_sets(self) -> list[str]:
        """Names of the sets of cohorts (a large, a small and a final one each): one a small population and, of fresh
        people, an iteration.

        >>> StudyConfig(cohorts={"fresh": True}).cohort_sets()
        ['1', '2', '3', '4']
        >>> StudyConfig(populations={"small": ["YRI", "JPT"]}).cohort_sets()
        ['YRI', 'JPT']
        """
        populations = self.populations.small_names if self.several else ("",)
        fresh = self.cohorts.fresh and self.is_simulated
        iterations = [str(number) for number in range(1, self.phenotypes.iterations + 1)] if fresh else [""]
        return [str(CohortSet(population, iteration)) for population in populations for iteration in iterations]

    def cohort_set_of(self, code: str) -> str:
        """Name of the set of cohorts whose people have the trait called ``code``."""
        fresh = self.cohorts.fresh and self.is_simulated
        iteration = str(PhenotypeCode.parse(code).iteration) if fresh else ""
        return str(CohortSet(population_in(code) if self.several else "", iteration))

    @property
    def draws(self) -> int:
        """How often the roles are drawn: simulated studies repeat by iterations instead."""
        return 1 if self.is_simulated else self.roles.repeats
