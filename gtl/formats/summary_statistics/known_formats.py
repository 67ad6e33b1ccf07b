"""Formats of summary statistics, as data: by which columns each is known, and what its columns mean.

A format decides only what it alone says (``A1`` is the effect allele of PLINK 2 and the other one elsewhere). All else
goes by names that mean the same wherever they occur. Names are written as :func:`folded` has them.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

ALIASES: dict[str, tuple[str, ...]] = {
    "chromosome": ("chromosome", "#chrom", "chrom", "chr", "#chr", "hg19chrc"),
    "position": ("base_pair_location", "position", "pos", "bp", "genpos"),
    "id": ("rsid", "rs_id", "rsids", "snp", "id", "snpid", "snp_id", "markerid", "markername", "variant_id", "rs"),
    "variant_id": ("variant_id",),
    "chrom_pos_ref_alt": (),
    "locus": (),
    "allele_list": (),
    "effect_allele": ("effect_allele", "ea", "effectallele"),
    "other_allele": ("other_allele", "nea", "oa", "non_effect_allele", "noneffect_allele", "otherallele"),
    "beta": ("beta", "log_odds", "log_or", "logor", "effect", "b"),
    "odds_ratio": ("odds_ratio", "or", "hazard_ratio", "hr"),
    "se": ("standard_error", "se", "stderr", "std_err", "log(or)_se", "beta_se", "se_beta", "sebeta"),
    "ci_lower": ("ci_lower", "or_95l", "beta_95l", "l95"),
    "ci_upper": ("ci_upper", "or_95u", "beta_95u", "u95"),
    "z": ("z_score", "z", "zscore", "z_stat", "t_stat", "z_or_t_stat"),
    "p": ("p_value", "p", "pval", "pvalue", "p_val"),
    "neg_log10_p": (
        *("neg_log_10_p_value", "log10p", "neg_log10_p", "mlog10p", "neg_log10_pvalue", "log10_p", "lp", "mlogp"),
        *("_log10(p)", "_log10p", "_log10_p", "_log10_p_value"),
    ),
    "frequency": ("effect_allele_frequency", "eaf", "effect_allele_freq"),
    "minor_allele": (),
    "n": ("n", "obs_ct", "neff", "n_eff", "totalsamplesize", "sample_size", "samplesize", "n_total", "num_samples"),
    "cases": ("n_cases", "n_case", "ncase", "ncases", "cases", "nca", "ncas", "num_cases"),
    "controls": (
        "n_controls",
        "n_ctrl",
        "n_control",
        "ncontrol",
        "ncontrols",
        "controls",
        "nco",
        "ncon",
        "num_controls",
    ),
    "test": ("test",),
    "failure": ("errcode",),
    "converged": ("converge",),
    "doubtful": (),
    "hm_code": ("hm_code",),
    "ref": ("ref",),
    "alt": ("alt",),
    "omitted": (),
}
"""Meaning → names of columns that have it in files of any format, preferred ones first."""

ROLES = tuple(ALIASES)
_WORD_BREAKS = re.compile(r"[\s.-]+")
_DANER_FREQUENCY = re.compile(r"(frq_[au])_\d+")

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
    several
        A file may have effects of several of this format, of which one has to be chosen: what they are, in words.
    """

    name: str
    known_by: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    prefixed: bool = False
    several: str = ""


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

PAN_UKB = tuple(
    StatisticsFormat(
        f"Pan-UKB, {suffix}",
        ("chr", "pos", "ref", "alt", f"beta_{suffix}".casefold()),
        {
            "effect_allele": ("alt",),
            "other_allele": ("ref",),
            **{
                role: tuple(f"{name}_{suffix}".casefold() for name in names)
                for role, names in {
                    "beta": ("beta",),
                    "se": ("se",),
                    "neg_log10_p": ("neglog10_pval",),
                    "frequency": ("af", "af_controls"),
                    "doubtful": ("low_confidence",),
                }.items()
            },
        },
        several="populations: choose the one whose people the reference is of",
    )
    for suffix in ("meta_hq", "meta", "AFR", "AMR", "CSA", "EAS", "EUR", "MID")
)
"""One for each population of a file; its natural logarithms of p (``pval_EUR``) are not needed beside SE."""

TWO_SAMPLE_MR = tuple(
    StatisticsFormat(
        f"TwoSampleMR, {of}",
        ("snp", f"beta_{of}", f"se_{of}", f"effect_allele_{of}"),
        {
            role: (f"{name}_{of}",)
            for role, name in {
                "chromosome": "chr",
                "position": "pos",
                "effect_allele": "effect_allele",
                "other_allele": "other_allele",
                "beta": "beta",
                "se": "se",
                "p": "pval",
                "frequency": "eaf",
                "n": "samplesize",
                "cases": "ncase",
                "controls": "ncontrol",
            }.items()
        },
        several="traits: choose one",
    )
    for of in ("exposure", "outcome")
)
"""Of a harmonised file there are both."""

_BGENIE = ("chr", "rsid", "pos", "a_0", "a_1", "af")


def bgenie(names: Collection[str]) -> tuple[StatisticsFormat, ...]:
    """BGENIE's format for each trait of a file, whose name, which may be anything, begins the names of its columns.

    Parameters
    ----------
    names
        Columns of the file, as :func:`folded` has them.

    Examples
    --------
    >>> [form.name for form in bgenie("chr rsid pos a_0 a_1 af info ht_beta ht_se ht_t ht_log10p".split())]
    ['BGENIE, ht']
    """
    if not all(name in names for name in _BGENIE):
        return ()
    return tuple(_bgenie(name.removesuffix("beta")) for name in names if name == "beta" or name.endswith("_beta"))


def _bgenie(prefix: str) -> StatisticsFormat:
    own = {"beta": "beta", "se": "se", "z": "t", "neg_log10_p": "log10p"}
    return StatisticsFormat(
        f"BGENIE, {prefix[:-1]}" if prefix else "BGENIE",
        (*_BGENIE, f"{prefix}beta"),
        {
            "effect_allele": ("a_1",),
            "other_allele": ("a_0",),
            "frequency": ("af",),
            **{role: (f"{prefix}{name}",) for role, name in own.items()},
        },
        several="traits: choose one",
    )


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
        "BOLT-LMM",
        ("snp", "chr", "bp", "allele1", "allele0", "a1freq"),
        {
            "effect_allele": ("allele1",),
            "other_allele": ("allele0",),
            "frequency": ("a1freq",),
            "position": ("bp",),
            "p": ("p_bolt_lmm", "p_bolt_lmm_inf", "p_linreg"),
        },
    ),
    StatisticsFormat(
        "FinnGen",
        ("#chrom", "pos", "ref", "alt", "beta", "sebeta", "af_alt"),
        {"effect_allele": ("alt",), "other_allele": ("ref",), "frequency": ("af_alt",)},
    ),
    StatisticsFormat(
        "UK Biobank, Neale lab",
        ("variant", "minor_allele", "minor_af", "beta", "tstat"),
        {
            "chrom_pos_ref_alt": ("variant",),
            "id": ("variant",),
            "minor_allele": ("minor_allele",),
            "frequency": ("minor_af",),
            "n": ("n_complete_samples",),
            "z": ("tstat",),
            "doubtful": ("low_confidence_variant",),
        },
    ),
    *PAN_UKB,
    *TWO_SAMPLE_MR,
    StatisticsFormat(
        "hail", ("locus", "alleles", "beta", "standard_error"), {"locus": ("locus",), "allele_list": ("alleles",)}
    ),
    StatisticsFormat(
        "PLINK 1.9 .assoc.linear or .assoc.logistic",
        ("chr", "snp", "bp", "a1", "test", "nmiss", "stat"),
        _TWO_ALLELES | {"n": ("nmiss",), "z": ("stat",)},
    ),
    StatisticsFormat(
        "PLINK 1.9 .assoc", ("snp", "a1", "f_a", "f_u", "a2"), _TWO_ALLELES | {"frequency": ("f_u",), "z": ()}
    ),
    StatisticsFormat(
        "PGC daner",
        ("snp", "a1", "a2", "frq_a", "frq_u"),
        _TWO_ALLELES | {"frequency": ("frq_u",)},
    ),
    StatisticsFormat("PGC, as VCF", ("id", "a1", "a2", "fcas", "fcon"), _TWO_ALLELES | {"frequency": ("fcon",)}),
    StatisticsFormat("PGC, older", ("hg19chrc", "snpid", "a1", "a2", "bp"), _TWO_ALLELES),
    StatisticsFormat(
        "MTAG",
        ("snp", "a1", "a2", "mtag_beta", "mtag_se"),
        _TWO_ALLELES
        | {
            "beta": ("mtag_beta",),
            "se": ("mtag_se",),
            "z": ("mtag_z",),
            "p": ("mtag_pval",),
            "frequency": ("frq", "meta_freq"),
        },
        prefixed=True,
    ),
    StatisticsFormat(
        "GIANT",
        ("markername", "allele1", "allele2", "freq_allele1_hapmapceu"),
        {"effect_allele": ("allele1",), "other_allele": ("allele2",), "frequency": ("freq_allele1_hapmapceu",)},
    ),
    StatisticsFormat(
        "GEMMA",
        ("rs", "ps", "allele1", "allele0", "af", "beta"),
        {
            "effect_allele": ("allele1",),
            "other_allele": ("allele0",),
            "position": ("ps",),
            "frequency": ("af",),
            "p": ("p_wald", "p_lrt", "p_score"),
        },
    ),
    StatisticsFormat(
        "SNPTEST",
        ("allelea", "alleleb", "frequentist_add_beta_1"),
        {
            "effect_allele": ("alleleb",),
            "other_allele": ("allelea",),
            "beta": ("frequentist_add_beta_1",),
            "se": ("frequentist_add_se_1",),
            "p": ("frequentist_add_pvalue",),
            "n": ("all_total",),
        },
    ),
    StatisticsFormat(
        "GWAMA",
        ("rs_number", "reference_allele", "other_allele", "n_studies"),
        {"effect_allele": ("reference_allele",), "id": ("rs_number",), "n": ("n_samples",)},
    ),
    StatisticsFormat("bigsnpr or CT-SLEB", ("a0", "a1", "beta"), {"effect_allele": ("a1",), "other_allele": ("a0",)}),
    StatisticsFormat(
        "METAL",
        ("markername", "allele1", "allele2", "p_value"),
        {
            "effect_allele": ("allele1",),
            "other_allele": ("allele2",),
            "frequency": ("freq1",),
            "n": ("totalsamplesize", "weight", "n"),
        },
    ),
    *(
        StatisticsFormat(  # its N is the number of studies
            "PLINK 1.9 .meta", ("snp", "a1", "a2", "n", effect, "q", "i"), _TWO_ALLELES | {"n": ()}, prefixed=True
        )
        for effect in ("or(r)", "beta(r)")
    ),
    StatisticsFormat("LDSC munged or SDPRX", ("snp", "a1", "a2", "z"), _TWO_ALLELES | {"frequency": ("frq",)}),
    StatisticsFormat("PRS-CS", ("snp", "a1", "a2", "beta"), _TWO_ALLELES),
    StatisticsFormat("PRS-CS", ("snp", "a1", "a2", "or"), _TWO_ALLELES),
)
"""In the order in which they are tried: whose columns another format's files have, too, comes later."""


def folded(name: str) -> str:
    """How the name of a column is compared: in small letters, with one sign between words.

    >>> folded("P-value"), folded("Effect Allele"), folded("FRQ_U_31358")
    ('p_value', 'effect_allele', 'frq_u')
    """
    plain = _WORD_BREAKS.sub("_", name.strip().casefold())
    frequency = _DANER_FREQUENCY.fullmatch(plain)
    return frequency[1] if frequency else plain
