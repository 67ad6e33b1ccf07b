"""Which format a file of summary statistics is of, told by its header, and what each of its columns means.

Formats and names are those of :mod:`gtl.formats.summary_statistics.known_formats`; what a user names wins over them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gtl.errors import InputError
from gtl.formats.summary_statistics.known_formats import ALIASES, FORMATS, ROLES, StatisticsFormat, bgenie, folded
from gtl.spelling import known, listed

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

    @property
    def one_allele(self) -> bool:
        """Whether no column has the other allele; ids such as ``21_14522_A_G`` may still say it."""
        told = {"other_allele", "omitted", "chrom_pos_ref_alt", "allele_list"}
        return not (self.columns.keys() & told or self.columns.keys() >= {"ref", "alt"})


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
        If a given column or meaning is not there, a name occurs twice, or effect alleles or effects are in no column.

    Examples
    --------
    >>> header = read_header("CHR SNP POS A1 A2 N AF1 BETA SE P".split(), {}, "x")
    >>> header.format, header.columns["effect_allele"], header.columns["frequency"]
    ('fastGWA', 'A1', 'AF1')
    """
    _check_given(names, given, where)
    known_as = {folded(name): name for name in reversed(names)}  # of two alike the first
    _check_no_vcf(known_as, where)
    form = _format(known_as, given, where)
    columns = _columns(known_as, form, given)
    header = Header(form.name if form else BY_NAMES, tuple(names), columns)
    _check_unique(header, where)
    _check_complete(header, where)
    return header


def _format(known_as: Mapping[str, str], given: Mapping[str, str], where: str) -> StatisticsFormat | None:
    """The first format whose columns are there; of several populations or traits, the one whose effects are named."""
    fits = [form for form in (*bgenie(known_as), *FORMATS) if all(name in known_as for name in form.known_by)]
    alike = [form for form in fits if form.several and form.several == fits[0].several]
    if len(alike) > 1:
        chosen = [form for form in alike if folded(given.get("beta", "")) in form.columns["beta"]]
        if not chosen:
            names = sorted(known_as[form.columns["beta"][0]] for form in alike)
            what, _, choose = alike[0].several.partition(": ")
            raise InputError(
                f"{where}: effects of several {what} ({listed(names, 10)}); {choose}, as in --columns beta={names[-1]}"
            )
        return chosen[0]
    return fits[0] if fits else None


def _check_no_vcf(known_as: Mapping[str, str], where: str) -> None:
    if {"qual", "filter", "info", "format"} <= known_as.keys():
        raise InputError(
            f"{where}: a VCF; if it is a GWAS-VCF, make a table of it: bcftools query -f "
            r"'%CHROM\t%POS\t%ID\t%ALT\t%REF[\t%ES\t%SE\t%LP\t%AF\t%SS]\n', and above it, with tabs, a line "
            "`chromosome position rsid effect_allele other_allele beta se log10p eaf n`"
        )


def _columns(known_as: Mapping[str, str], form: StatisticsFormat | None, given: Mapping[str, str]) -> dict[str, str]:
    own = form.columns if form else {}
    columns = dict(given)
    taken = {folded(name) for name in given.values()}
    for role in ROLES:
        names = own.get(role, ()) + (() if form and form.prefixed and role in own else ALIASES[role])
        found = next((name for name in names if name in known_as and name not in taken), None)
        if role not in columns and found is not None:
            columns[role] = known_as[found]
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
    if not (have & {"effect_allele", "chrom_pos_ref_alt", "allele_list"}):
        lacks = [role for role in ("effect_allele", "other_allele") if role not in have]
        raise InputError(
            f"{where}: no column is known to be the {' or the '.join(role.replace('_', ' ') for role in lacks)} "
            f"({seen}); find out which it is, a guess would turn effects round, and name it: --columns {lacks[0]}=NAME"
        )
    if not have & {"beta", "odds_ratio", "z"}:
        raise InputError(
            f"{where}: no column of effects: beta, odds ratio or Z ({seen}); name it, as in --columns beta=NAME"
        )
    if not (have & {"id", "locus"} or have >= {"chromosome", "position"}):
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
