"""Settings of Module 2: PhenotypeSimulator's model (its names in brackets; see the package's vignette, example 2)."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from gtl.config.base import Count, Fraction, Positive, Section


class EffectDistribution(StrEnum):
    """Distribution of raw effect sizes."""

    NORMAL = "norm"
    UNIFORM = "unif"


class CovariateDistribution(StrEnum):
    """Distribution of a covariate's values."""

    NORMAL = "norm"
    UNIFORM = "unif"
    BINARY = "bin"
    CATEGORICAL_NORMAL = "cat_norm"
    CATEGORICAL_UNIFORM = "cat_unif"


class CovariateSet(Section):
    """One set of covariates that share a distribution (NrConfounders, distConfounders, ...)."""

    count: Count = Field(1, description="Covariates in the set.")
    distribution: CovariateDistribution = Field(CovariateDistribution.NORMAL, description="Distribution of values.")
    independent_share: Fraction = Field(0.4, description="Share of the set with trait-specific effects.")
    trait_share: Fraction = Field(0.2, description="Share of traits that a trait-specific covariate acts on.")
    mean: float = Field(0.0, description="norm, unif: mean (unif: midpoint). cat_norm: mean of the weights' normal.")
    sd: Positive = Field(1.0, description="norm: SD; unif: half-width. cat_norm: SD of the weights' normal.")
    probability: Fraction = Field(0.5, description="bin: probability of 1.")
    categories: Annotated[int, Field(ge=2)] = Field(3, description="cat_*: number of categories.")
    effect_distribution: EffectDistribution = Field(EffectDistribution.NORMAL, description="Distribution of effects.")
    effect_mean: float = Field(0.0, description="Mean (unif: midpoint) of the effects.")
    effect_sd: Positive = Field(1.0, description="SD (unif: half-width) of the effects.")


# PhenotypeSimulator fills the mean and SD of a cat_norm set with the placeholder 9 when several sets are given;
# its example 2 therefore runs with them, and so does the default here.
EXAMPLE_2_COVARIATES = (
    CovariateSet(count=1, distribution=CovariateDistribution.BINARY, independent_share=0, probability=0.2),
    CovariateSet(count=2, distribution=CovariateDistribution.CATEGORICAL_NORMAL, independent_share=1, mean=9, sd=9),
    CovariateSet(count=1, distribution=CovariateDistribution.CATEGORICAL_UNIFORM, independent_share=1, categories=4),
    CovariateSet(count=2, distribution=CovariateDistribution.NORMAL, independent_share=0.5),
)


class PhenotypesConfig(Section):
    """Phenotypes and the variance components that make them; defaults are PhenotypeSimulator's example 2."""

    risk_snps: tuple[Count, ...] = Field(
        (5, 10), min_length=1, description="Numbers of causal SNPs; one group of phenotypes for each."
    )
    iterations: Count = Field(4, description="Phenotypes for each number of causal SNPs (1 to this number).")
    threshold: float = Field(0.0, description="Liability above it makes a case (liability has mean 0, SD 1).")
    permute_labels: bool = Field(
        False,
        description="Shuffle case status among each cohort's people: the whole study under the null hypothesis.",
    )
    traits: Count = Field(1, description="Traits simulated together (P); the first one is studied.")
    causal_maf_min: Annotated[float, Field(ge=0, le=0.5)] = Field(
        0.0, description="Causal SNPs need at least this minor allele frequency in both populations."
    )
    causal_maf_max: Annotated[float, Field(gt=0, le=0.5)] = Field(
        0.5, description="Causal SNPs have at most this minor allele frequency in both populations."
    )
    effect_correlation: Annotated[float, Field(ge=-1, le=1)] = Field(
        1.0, description="Correlation of causal effects between the populations; 1 = the same effects."
    )
    causal_overlap: Fraction = Field(
        1.0,
        description="Share of the causal SNPs that both populations have; in place of the rest the large one has "
        "others (0: there is nothing to transfer).",
    )
    standardise_kinship: bool = Field(True, description="Kinship from standardised genotypes (standardise).")
    impute_missing: bool = Field(False, description="Missing dosages become the SNP's rounded mean (impute).")
    genetic_variance: Fraction | None = Field(0.6, description="Share of variance that is genetic (genVar).")
    noise_variance: Fraction | None = Field(None, description="Share that is noise (noiseVar); empty = 1 - genetic.")
    snp_share: Fraction | None = Field(0.01 / 0.6, description="Share of genetic variance from causal SNPs (h2s).")
    kinship_share: Fraction | None = Field(None, description="Share of genetic variance from kinship (h2bg).")
    covariate_share: Fraction | None = Field(0.3, description="Share of noise variance from covariates (delta).")
    correlated_share: Fraction | None = Field(None, description="Share of noise from correlated noise (rho).")
    observational_share: Fraction | None = Field(0.6, description="Share of noise from observational noise (phi).")
    snp_shared: Fraction = Field(0.8, description="Share of the SNP effect that traits have in common (theta).")
    kinship_shared: Fraction = Field(0.8, description="Share of the kinship effect in common (eta).")
    covariate_shared: Fraction = Field(0.8, description="Share of the covariate effect in common (gamma).")
    observational_shared: Fraction = Field(0.8, description="Share of observational noise in common (alpha).")
    independent_snp_share: Fraction = Field(
        0.4, description="Share of causal SNPs with trait-specific effects (pIndependentGenetic)."
    )
    independent_trait_share: Fraction = Field(
        0.2, description="Share of traits that a trait-specific SNP acts on (pTraitIndependentGenetic)."
    )
    affected_traits_share: Fraction = Field(1.0, description="Share of traits with SNP effects (pTraitsAffected).")
    keep_same_independent: bool = Field(False, description="All trait-specific SNPs act on the same traits.")
    effect_distribution: EffectDistribution = Field(EffectDistribution.UNIFORM, description="Causal effect sizes.")
    effect_mean: float = Field(0.5, description="Mean (unif: midpoint) of causal effects (mBetaGenetic).")
    effect_sd: Positive = Field(1.0, description="SD (unif: half-width) of causal effects (sdBetaGenetic).")
    trait_correlation: Annotated[float, Field(gt=0, le=1)] = Field(
        0.8, description="Correlation of neighbouring traits' correlated noise (pcorr)."
    )
    observational_mean: float = Field(0.0, description="Mean of the observational noise's normals (meanNoiseBg).")
    observational_sd: Positive = Field(1.0, description="SD of the observational noise's normals (sdNoiseBg).")
    covariates: tuple[CovariateSet, ...] = Field(EXAMPLE_2_COVARIATES, description="Sets of covariates.")
    write_23andme: bool = Field(False, description="Also write a 23andMe-format file for every person (large!).")

    @model_validator(mode="after")
    def _limits_in_order(self) -> "PhenotypesConfig":
        if self.causal_maf_min > self.causal_maf_max:
            raise ValueError(f"causal_maf_min {self.causal_maf_min} is above causal_maf_max {self.causal_maf_max}")
        if len(set(self.risk_snps)) != len(self.risk_snps):
            raise ValueError(f"risk_snps {list(self.risk_snps)} names a number twice")
        return self
