"""Which format a file of summary statistics is of, told by its header, and what each of its columns means.

Formats and names are those of :mod:`gtl.formats.summary_statistics.known_formats`; what a user names wins over them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gtl.errors import InputError
from gtl.formats.summary_statistics.known_formats import ALIASES, FORMATS, ROLES, StatisticsFormat
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
        names = own.get(role, ()) + (() if form and form.prefixed and role in own else ALIASES[role])
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
    if (have >= {"ref", "alt"} or "variant_id" in have) and "effect_allele" in have:
        lacks = []  # the other one is told by these
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
