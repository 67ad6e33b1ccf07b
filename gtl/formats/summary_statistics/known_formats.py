"""Formats of summary statistics, as data: by which columns each is known, and what its columns mean.

A format decides only what it alone says (``A1`` is the effect allele of PLINK 2 and the other one elsewhere). All else
goes by names that mean the same wherever they occur. Names are in small letters, and compared without regard to case.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

ALIASES: dict[str, tuple[str, ...]] = {
    "chromosome": ("chromosome", "#chrom", "chrom", "chr", "#chr"),
    "position": ("base_pair_location", "position", "pos", "bp", "genpos"),
    "id": ("rsid", "rs_id", "snp", "id", "snpid", "markerid", "markername", "variant_id", "rs"),
    "variant_id": ("variant_id",),
    "effect_allele": ("effect_allele", "ea", "effectallele"),
    "other_allele": ("other_allele", "nea", "oa", "non_effect_allele", "noneffect_allele", "otherallele"),
    "beta": ("beta", "log_odds", "log_or", "logor", "effect"),
    "odds_ratio": ("odds_ratio", "or", "hazard_ratio", "hr"),
    "se": ("standard_error", "se", "stderr", "log(or)_se"),
    "ci_lower": ("ci_lower", "or_95l", "beta_95l", "l95"),
    "ci_upper": ("ci_upper", "or_95u", "beta_95u", "u95"),
    "z": ("z_score", "z", "zscore", "z_stat", "t_stat", "z_or_t_stat"),
    "p": ("p_value", "p", "pval", "pvalue", "p-value", "p.value", "p_val"),
    "neg_log10_p": ("neg_log_10_p_value", "log10p", "neg_log10_p", "mlog10p", "neg_log10_pvalue", "log10_p", "lp"),
    "frequency": ("effect_allele_frequency", "eaf", "effect_allele_freq"),
    "n": ("n", "obs_ct", "neff", "n_eff", "totalsamplesize", "sample_size", "n_total"),
    "cases": ("n_cases", "n_case", "ncase", "ncases", "cases"),
    "controls": ("n_controls", "n_ctrl", "n_control", "ncontrol", "ncontrols", "controls"),
    "test": ("test",),
    "failure": ("errcode",),
    "hm_code": ("hm_code",),
    "ref": (),
    "alt": (),
    "omitted": (),
}
"""Meaning → names of columns that have it in files of any format, preferred ones first."""

ROLES = tuple(ALIASES)
_TWO_ALLELES = {"effect_allele": ("a1",), "other_allele": ("a2",)}


@dataclass(frozen=True)
class StatisticsFormat:
    """One format.

    Attributes
    ----------
    name
        What people call it.
    known_by
        Columns that a file of this format has, in small letters.
    columns
        Meaning → names, where the format alone says so; before :data:`ALIASES`.
    prefixed
        Columns of the bare names are there, too, and are the author's: not taken for what ``columns`` has.
    """

    name: str
    known_by: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    prefixed: bool = False


_OLD_HARMONISED = {
    "chromosome": ("hm_chrom",),
    "position": ("hm_pos",),
    "id": ("hm_rsid", "hm_variant_id"),
    "variant_id": ("hm_variant_id",),
    "effect_allele": ("hm_effect_allele",),
    "other_allele": ("hm_other_allele",),
    "beta": ("hm_beta",),
    "odds_ratio": ("hm_odds_ratio",),
    "ci_lower": ("hm_ci_lower",),
    "ci_upper": ("hm_ci_upper",),
    "frequency": ("hm_effect_allele_frequency",),
}

FORMATS = (
    StatisticsFormat(
        "GWAS Catalog, harmonised before 2023", ("hm_chrom", "hm_pos", "hm_effect_allele"), _OLD_HARMONISED
    ),
    StatisticsFormat("GWAS Catalog, harmonised", ("hm_code", "hm_coordinate_conversion", "effect_allele")),
    StatisticsFormat("GWAS-SSF", ("chromosome", "base_pair_location", "effect_allele", "other_allele")),
    StatisticsFormat(
        "PLINK 2 .glm",
        ("#chrom", "pos", "ref", "alt", "a1", "test"),
        {
            "effect_allele": ("a1",),
            "other_allele": ("ax",),
            "ref": ("ref",),
            "alt": ("alt",),
            "omitted": ("omitted",),
            "frequency": ("a1_freq",),
        },
    ),
    StatisticsFormat(
        "regenie",
        ("chrom", "genpos", "allele0", "allele1", "a1freq"),
        {"effect_allele": ("allele1",), "other_allele": ("allele0",), "frequency": ("a1freq",), "failure": ("extra",)},
    ),
    StatisticsFormat(
        "SAIGE",
        ("chr", "pos", "allele1", "allele2", "af_allele2"),
        {"effect_allele": ("allele2",), "other_allele": ("allele1",), "frequency": ("af_allele2",)},
    ),
    StatisticsFormat("fastGWA", ("chr", "snp", "pos", "a1", "a2", "af1"), _TWO_ALLELES | {"frequency": ("af1",)}),
    StatisticsFormat(
        "COJO .ma or MLMA",
        ("snp", "a1", "a2", "freq", "b", "se", "p"),
        _TWO_ALLELES | {"frequency": ("freq",), "beta": ("b",)},
    ),
    StatisticsFormat(
        "METAL",
        ("markername", "allele1", "allele2", "p-value"),
        {
            "effect_allele": ("allele1",),
            "other_allele": ("allele2",),
            "frequency": ("freq1",),
            "n": ("totalsamplesize", "weight", "n"),
        },
    ),
    StatisticsFormat("LDSC munged or SDPRX", ("snp", "a1", "a2", "z"), _TWO_ALLELES | {"frequency": ("frq",)}),
    StatisticsFormat("PRS-CS", ("snp", "a1", "a2", "beta"), _TWO_ALLELES),
    StatisticsFormat("PRS-CS", ("snp", "a1", "a2", "or"), _TWO_ALLELES),
)
"""In the order in which they are tried: whose columns another format's files have, too, comes later."""
