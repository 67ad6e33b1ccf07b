"""Which format a file of summary statistics is of, told by its header, and what each of its columns means.

A format is a row of :data:`FORMATS`: the columns by which it is known, and those of its columns whose meaning it alone
decides (``A1`` is the effect allele of PLINK 2 and the other one elsewhere). All else goes by names that mean the same
wherever they occur (:data:`ALIASES`). Names are compared without regard to case.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gtl.errors import InputError
from gtl.spelling import known, listed

ALIASES: dict[str, tuple[str, ...]] = {
    "chromosome": ("chromosome", "#chrom", "chrom", "chr", "#chr"),
    "position": ("base_pair_location", "position", "pos", "bp", "genpos"),
    "id": ("rsid", "rs_id", "snp", "id", "snpid", "markerid", "markername", "variant_id", "rs"),
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
    """

    name: str
    known_by: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_OLD_HARMONISED = {
    "chromosome": ("hm_chrom",),
    "position": ("hm_pos",),
    "id": ("hm_rsid", "hm_variant_id"),
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
        "COJO .ma",
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

BY_NAMES = "columns known by their names"


@dataclass(frozen=True)
class Header:
    """What the first line of a file says.

    Attributes
    ----------
    format
        Name of the format.
    names
        All columns, as the file spells them.
    columns
        Meaning (one of :data:`ROLES`) → column, as the file spells it.
    """

    format: str
    names: tuple[str, ...]
    columns: Mapping[str, str]


def read_header(names: Sequence[str], given: Mapping[str, str], where: str) -> Header:
    """Tell the format by the names of the columns.

    Parameters
    ----------
    given
        Meaning → column that the user named; it wins over all else.
    where
        The file, for messages.

    Raises
    ------
    InputError
        If a given column or meaning is not there, a name occurs twice, or alleles or effects are in no column.

    Examples
    --------
    >>> header = read_header("CHR SNP POS A1 A2 N AF1 BETA SE P".split(), {}, "x")
    >>> header.format, header.columns["effect_allele"], header.columns["frequency"]
    ('fastGWA', 'A1', 'AF1')
    """
    _check_given(names, given, where)
    folded = {name.casefold(): name for name in names}
    form = next((form for form in FORMATS if all(name in folded for name in form.known_by)), None)
    columns = _columns(folded, form, given)
    header = Header(form.name if form else BY_NAMES, tuple(names), columns)
    _check_unique(header, where)
    _check_complete(header, where)
    return header


def _columns(folded: Mapping[str, str], form: StatisticsFormat | None, given: Mapping[str, str]) -> dict[str, str]:
    own = form.columns if form else {}
    columns = dict(given)
    taken = {name.casefold() for name in given.values()}
    for role in ROLES:
        names = own.get(role, ()) + (() if own is _OLD_HARMONISED and role in own else ALIASES[role])
        found = next((name for name in names if name in folded and name not in taken), None)
        if role not in columns and found is not None:
            columns[role] = folded[found]
    return columns


def _check_given(names: Sequence[str], given: Mapping[str, str], where: str) -> None:
    for role, name in given.items():
        if role not in ROLES:
            raise InputError(f"--columns {role}={name}: no such meaning; {known(role, ROLES)}")
        if name not in names:
            raise InputError(f"{where}: no column {name!r} for {role}; {known(name, names)}")


def _check_unique(header: Header, where: str) -> None:
    times = Counter(header.names)
    for name in header.columns.values():
        if times[name] > 1:
            raise InputError(f"{where}: column {name!r} is there {times[name]} times; give every column its own name")


def _check_complete(header: Header, where: str) -> None:
    have = header.columns.keys()
    seen = f"columns: {listed(header.names, 20)}"
    lacks = [role for role in ("effect_allele", "other_allele") if role not in have]
    if "ref" in have and "alt" in have and "effect_allele" in have:
        lacks = []
    if lacks:
        raise InputError(
            f"{where}: no column is known to be the {' or the '.join(role.replace('_', ' ') for role in lacks)} "
            f"({seen}); find out which it is, a guess would turn effects round, and name it: --columns {lacks[0]}=NAME"
        )
    if not have & {"beta", "odds_ratio", "z"}:
        raise InputError(
            f"{where}: no column of effects: beta, odds ratio or Z ({seen}); name it, as in --columns beta=NAME"
        )
    if not (have & {"id"} or have >= {"chromosome", "position"}):
        raise InputError(f"{where}: variants have neither an id nor a position ({seen}); name it: --columns id=NAME")
    _check_errors(header, where)


def _check_errors(header: Header, where: str) -> None:
    """Whether standard errors are there, or what they can be told from."""
    have = header.columns.keys()
    if have & {"se", "p", "neg_log10_p"} or have >= {"ci_lower", "ci_upper"} or have >= {"z"}:
        return
    raise InputError(
        f"{where}: nothing says how sure the effects are (columns: {listed(header.names, 20)}); expected standard "
        "errors, an interval, p-values or Z; name the column, as in --columns se=NAME"
    )
