"""Settings of Module 1: reference haplotypes and the cohorts made from them."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema, field_validator, model_validator

from gtl.config.base import Count, Positive, Section, worded

_NAME = "[A-Za-z][A-Za-z0-9-]{0,31}"

Name = Annotated[
    str,
    Field(pattern=worded(f"^{_NAME}$", "a code of letters, digits and - that begins with a letter and has 32 at most")),
]
"""A population's code, such as CEU; it becomes part of keys, so letters, digits and dashes only."""

_CHROMOSOME = worded(r"^[A-Za-z0-9_.]{1,32}$", "a chromosome's name: letters, digits, _ and points, 32 at most")

_RESERVED = ("all", "shared")
"""Names that tables and keys give to other things."""


def _one_or_several(names: Any) -> Any:
    """``YRI, JPT``, as it stands in a form's field, is a list; a list of one is that name."""
    if isinstance(names, str) and "," in names:
        names = [name.strip() for name in names.split(",")]
    return names[0] if isinstance(names, list | tuple) and len(names) == 1 else names


def _which(names: Any) -> str:
    return "<several>" if isinstance(names, list | tuple) else "<one>"


SmallNames = Annotated[
    # Tagged, so that a mistake is told of the kind that was meant and not of both.
    Annotated[Name, Tag("<one>")] | Annotated[tuple[Name, ...], Field(min_length=1), Tag("<several>")],
    Discriminator(_which),
    BeforeValidator(_one_or_several),
    WithJsonSchema(
        {
            "type": ["string", "array"],
            "pattern": f"^{_NAME}( *, *{_NAME})*$",
            "items": {"type": "string", "pattern": f"^{_NAME}$"},
            "minItems": 1,
        }
    ),
]
"""Code of the small population, or codes of several."""


class PopulationsConfig(Section):
    """Who is studied and who is to be predicted."""

    large: Name = Field("CEU", description="Code of the large, well-studied population.")
    small: SmallNames = Field(
        "YRI",
        description="Code of the small population that is to be predicted; of several: [YRI, JPT], or YRI, JPT. Each "
        "is studied by itself with the same large one. Coalescent: East Asian codes (CHB, JPT, ...) of several get the "
        "history of CHB, European ones that of CEU, all others that of YRI.",
    )

    @property
    def small_names(self) -> tuple[str, ...]:
        """Codes of the small populations, in their order.

        >>> PopulationsConfig(small="YRI, JPT").small_names, PopulationsConfig().small_names
        (('YRI', 'JPT'), ('YRI',))
        """
        return (self.small,) if isinstance(self.small, str) else self.small

    @property
    def small_name(self) -> str:
        """Code of the small population, in settings for one."""
        return self.small_names[0]

    @model_validator(mode="after")
    def _differ(self) -> "PopulationsConfig":
        folded = [name.casefold() for name in self.small_names]
        if self.large in self.small_names:
            raise ValueError(f"large and small population have the same code {self.large!r}; give two codes")
        if len(folded) == 1:
            return self
        for name, code in zip(self.small_names, folded, strict=True):
            if folded.count(code) > 1:
                raise ValueError(
                    f"small: {name} is named more than once, capitals apart; give each population a code of its own"
                )
            if code in _RESERVED or code == self.large.casefold():
                raise ValueError(f"small: {name} is taken, capitals apart; give the population another code")
        return self


class PanelSource(StrEnum):
    """Where reference haplotypes come from."""

    COALESCENT = "coalescent"
    OXFORD = "oxford"
    VCF = "vcf"


class PanelConfig(Section):
    """Reference haplotypes of the two populations."""

    source: PanelSource = Field(
        PanelSource.COALESCENT,
        description="coalescent: simulated by msprime, needs no data; oxford: your .hap/.legend files; "
        "vcf: your phased VCF and a table of samples.",
    )
    haplotypes_large: Count = Field(120, description="Coalescent: haplotypes of the large population.")
    haplotypes_small: Count = Field(120, description="Coalescent: haplotypes of the small population.")
    sequence_length: Positive = Field(46_700_000, description="Coalescent: length of the region, base pairs.")
    recombination_rate: Positive = Field(
        1.3e-8, description="Coalescent without a map: recombinations per base pair and generation (1e-8 = 1 cM/Mb)."
    )
    mutation_rate: Positive = Field(2.35e-8, description="Coalescent: mutations per base pair and generation.")
    variants_large: Annotated[int, Field(ge=0)] = Field(
        0, description="Coalescent: keep this many SNPs that vary in the large population; 0 keeps all."
    )
    variants_small: Annotated[int, Field(ge=0)] = Field(
        0, description="Coalescent: keep this many SNPs that vary in the small population; 0 keeps all."
    )
    variants_shared: Annotated[int, Field(ge=0)] = Field(
        0, description="Coalescent: keep this many SNPs that vary in both populations; 0 keeps all."
    )
    chromosome: str = Field("21", pattern=_CHROMOSOME, description="Chromosome name of the region.")
    hap_large: str | None = Field(None, description="Oxford: .hap file of the large population (plain or .gz).")
    hap_small: str | None = Field(None, description="Oxford: .hap file of the small population (plain or .gz).")
    legend: str | None = Field(None, description="Oxford: .legend file (of both, or of the large population).")
    legend_small: str | None = Field(None, description="Oxford: the small population's own .legend, if it differs.")
    vcf: str | None = Field(None, description="VCF: phased file with the people of both populations (plain or .gz).")
    sample_table: str | None = Field(None, description="VCF: table with columns sample and population (tab or comma).")
    genetic_map: str | None = Field(
        None,
        description="Recombination map: HAPGEN2's `position rate(cM/Mb) map(cM)` or `pos chr cM`, plain or .gz. "
        "Needed for your own haplotypes; optional for the coalescent.",
    )

    @field_validator("chromosome", mode="before")
    @classmethod
    def _number_is_a_name(cls, chromosome: Any) -> Any:
        # YAML reads 22 as a number; True is one, too, but no chromosome.
        return str(chromosome) if type(chromosome) is int else chromosome

    @model_validator(mode="after")
    def _files_given(self) -> "PanelConfig":
        needed = {
            PanelSource.COALESCENT: (),
            PanelSource.OXFORD: ("hap_large", "hap_small", "legend", "genetic_map"),
            PanelSource.VCF: ("vcf", "sample_table", "genetic_map"),
        }[self.source]
        absent = [f"panel.{name}" for name in needed if getattr(self, name) is None]
        if absent:
            raise ValueError(f"source {self.source.value!r} needs {', '.join(absent)}")
        return self

    def check_for_several(self) -> None:
        """Raise :class:`ValueError` if the panel is of one small population only, where a study has several."""
        if self.source is PanelSource.OXFORD:
            raise ValueError(
                "panel.source: oxford has one file of small haplotypes, and populations.small names several "
                "populations; use vcf, where a table says who is of which"
            )
        thinned = [f"variants_{which}" for which in ("large", "small", "shared") if getattr(self, f"variants_{which}")]
        if thinned:
            raise ValueError(
                f"panel.{thinned[0]}: numbers of SNPs are those of one small population, and populations.small names "
                "several; set them to 0, which keeps all"
            )


PANEL_FILES = ("hap_large", "hap_small", "legend", "legend_small", "vcf", "sample_table", "genetic_map")
"""Settings of the panel that name files."""


class DiseaseSnp(Section):
    """A SNP that makes cases differ from controls already when genotypes are simulated (HAPGEN2's -dl)."""

    position: Count = Field(description="Base-pair position of the SNP in the reference panel.")
    risk_allele: Annotated[int, Field(ge=0, le=1)] = Field(1, description="0 = ref is the risk allele, 1 = alt.")
    heterozygote_risk: Positive = Field(1.0, description="Relative risk of one copy.")
    homozygote_risk: Positive = Field(1.0, description="Relative risk of two copies.")


class Copying(StrEnum):
    """What a new haplotype is a mosaic of."""

    PANEL = "panel"
    GROWING = "growing"


class CohortsConfig(Section):
    """The people that are simulated: mosaics of the panel's haplotypes, by Li and Stephens' model."""

    large: Count = Field(1000, description="People in the large cohort.")
    small: Count = Field(100, description="People in the small cohort.")
    final: Count = Field(50, description="New people of the small population, sealed until the one final score.")
    fresh: bool = Field(
        False, description="New people for every iteration, instead of one set of people for all phenotypes."
    )
    effective_size_large: Positive = Field(11418, description="Effective population size (Ne) of the large population.")
    effective_size_small: Positive = Field(17469, description="Effective population size (Ne) of the small population.")
    copying: Copying = Field(
        Copying.PANEL,
        description="panel: new people copy the panel alone, and stay close to its frequencies. growing: everybody new "
        "joins the panel and is copied by later ones, as the program HAPGEN2 does: cohorts drift from the panel, and "
        "people are more alike.",
    )
    theta: Annotated[float, Field(gt=0, le=100)] | None = Field(
        None, description="Mutation parameter; empty = Watterson's estimate (at most 1), as HAPGEN2."
    )
    disease_snps: tuple[DiseaseSnp, ...] = Field(
        (),
        description="Disease SNPs with relative risks; then `case_fraction` of a cohort are cases. Empty = none.",
    )
    case_fraction: Annotated[float, Field(ge=0, le=1)] = Field(
        0.5, description="With disease SNPs: share of each cohort simulated as cases."
    )
    write_gen: bool = Field(False, description="Also write .gen/.sample files of each cohort (large!).")

    @model_validator(mode="after")
    def _can_grow(self) -> "CohortsConfig":
        if self.copying is Copying.GROWING and self.disease_snps:
            raise ValueError("copying: growing has no disease SNPs; leave disease_snps empty, or take copying: panel")
        return self
