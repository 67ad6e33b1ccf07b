"""The names under which a variant may be known in another file.

Files give one variant several names in many ways: lists of ids (``rs1;rs999``, ``rs1,rs999``), ids that say where the
variant lies (``chr21:600:A:G``, ``21_600_A_G_b37``, ``21-600-A-G``, ``21:600``), or both (``rs1:600:A:G``, as 1000
Genomes legends), ids with alleles (``rs1_G``). Names of places are brought to one form, alleles in alphabetical order,
as tools swap them.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from gtl.domain.genotypes import Variants, position_id
from gtl.formats.variant_fields import allele, chromosome

_PLACE = re.compile(
    r"(?P<chrom>\w+?)[:_-](?P<pos>\d+)(?:[:_-]|\[b3[678]\])(?P<a>[A-Za-z*.0-]+)[:_/,>-](?P<b>[A-Za-z*.0-]+)"
    r"(?:[:_](?:b3[678]|hg1[89]|hg38|GRCh3[78]|(?P<rs>rs\d+)))?"
)
_PLACE_ALONE = re.compile(r"(?P<chrom>(?:chr)?(?:\d{1,2}|[XY]|XY|MT?))[:_-](?P<pos>\d+)", re.IGNORECASE)
"""As ``plink2 --set-all-var-ids @:#`` writes it."""

_WITH_RS_ID = re.compile(r"(?:[A-Za-z]+-)?(rs\d+)(?:[:_][ACGTDIacgtdi-]+){0,2}", re.IGNORECASE)
"""An rs id behind the name of Illumina's array (GSA-rs123, exm-rs123), or before alleles (rs123_G, rs123:A:G)."""

_OTHER_LISTS = re.compile("[,|&/]")
"""What separates ids where it is not the semicolon of VCF."""

_RS_ID = re.compile(r"[a-z]{2}\d+", re.IGNORECASE)
_NO_ALLELE = (".", "0")
_NO_ID = ("", ".")
_MARKS = re.compile("[:;_,|&/-]|R|rS")
"""Of ids that are more than one name, or not written as usual."""


class WantedNames:
    """The ids of wanted variants, found by every name and place under which a file may have them.

    Parameters
    ----------
    rsids
        The ids; of several variants of one id each with what tells it apart, behind a blank (:func:`told_apart`).
    known_places
        Chromosome and position → ids of the wanted variants that are known to lie there, whatever they are called.

    Examples
    --------
    >>> wanted = WantedNames(["rs1:600:A:G", "21:700:C:T"], {("21", 600): ["rs1:600:A:G"]})
    >>> wanted.ids("rs999;rs1", "21", 5), wanted.ids(".", "21", 700), wanted.ids("chr21_700_T_C", "1", 9)
    (['rs1:600:A:G'], ['21:700:C:T'], ['21:700:C:T'])
    >>> wanted.ids(".", "21", 600), wanted.ids_here("21", 600)
    ([], ['rs1:600:A:G'])
    """

    def __init__(
        self,
        rsids: Sequence[str] | npt.NDArray[np.object_],
        known_places: Mapping[tuple[str, int], list[str]] | None = None,
    ) -> None:
        self._ids: dict[str, list[str]] = {}
        self._places: dict[tuple[str, int], list[str]] = {}
        self._known_places = known_places or {}
        for rsid in rsids:
            for name in dict.fromkeys(names_of(rsid.partition(" ")[0])):
                self._ids.setdefault(name, []).append(rsid)
                if place := place_in(name):
                    self._places.setdefault(place, []).append(rsid)

    def ids(self, rsid: str, chrom: str, pos: int) -> list[str]:
        """Ids of the wanted variants that a file's may be, by its own ids or its place; their alleles may differ."""
        here = self._places.get((chrom, pos), [])
        if _MARKS.search(rsid) is None:
            by_name = self._ids.get(rsid, [])
            return by_name if not here else [*dict.fromkeys([*by_name, *here])]
        names = names_of(rsid)
        known = [self._ids.get(name, []) for name in names]
        known += [self._places.get(place, []) for name in names if (place := place_in(name))]
        return [*dict.fromkeys(wanted for found in (*known, here) for wanted in found)]

    def ids_here(self, chrom: str, pos: int) -> list[str]:
        """Ids of the wanted variants that are known to lie at a place, whatever a file calls what it has there."""
        return self._known_places.get((chrom, pos), [])

    def rows(self, variants: Variants) -> npt.NDArray[np.intp]:
        """Rows of a file's variants that may be wanted ones."""
        table = enumerate(zip(variants.rsid, variants.chrom, variants.pos.tolist(), strict=True))
        return np.array([row for row, place in table if self.ids(*place) or self.ids_here(*place[1:])], dtype=np.intp)


def told_apart(variants: Variants) -> npt.NDArray[np.object_]:
    """Ids of variants, with place and alleles behind those that several have, such as lines of a multi-allelic site.

    >>> chrom, rsid, ref, alt = np.array([[*"777"], ["rs1", "rs1", "rs2"], [*"AAA"], [*"GCT"]], dtype=object)
    >>> told_apart(Variants(chrom, np.array([5, 5, 9]), rsid, ref, alt)).tolist()
    ['rs1 7:5:A:G', 'rs1 7:5:A:C', 'rs2']
    """
    times = Counter(variants.rsid.tolist())
    table = zip(variants.rsid, variants.chrom, variants.pos.tolist(), variants.ref, variants.alt, strict=True)
    ids = [f"{rsid} {position_id(*place)}" if times[rsid] > 1 else rsid for rsid, *place in table]
    return np.array(ids, dtype=object)


def is_nameless(rsid: str) -> bool:
    """Whether an id is none, or says only where its variant lies.

    >>> is_nameless("."), is_nameless("21:600:A:G"), is_nameless("chr21_600"), is_nameless("rs1:600:A:G")
    (True, True, True, False)
    """
    return rsid in _NO_ID or all(place_in(name) for name in names_of(rsid))


def names_of(rsid: str) -> tuple[str, ...]:
    """Names that an id column holds.

    >>> names_of("rs1;rs999"), names_of("chr21_600_G_A"), names_of("rs1:600:A:G")
    (('rs1', 'rs999'), ('21:600:A:G',), ('rs1',))
    >>> names_of("rs1,rs999"), names_of("21:600:A:G:rs1"), names_of("RS1_G"), names_of("chr21:600")
    (('rs1', 'rs999'), ('21:600:A:G', 'rs1'), ('rs1',), ('21:600',))
    """
    if _MARKS.search(rsid) is None:
        return (rsid,)
    return tuple(name for part in rsid.split(";") for name in _usual(part))


def name_of_place(chrom: str, pos: object, ref: str, alt: str) -> str:
    """Name of a variant by where it lies; an allele that the file does not name is left out.

    >>> name_of_place("21", 600, "G", "A"), name_of_place("21", 600, "G", ".")
    ('21:600:A:G', '21:600:G')
    """
    return ":".join([chrom, str(pos), *sorted({ref, alt}.difference(_NO_ALLELE))])


def place_in(name: str) -> tuple[str, int] | None:
    """Chromosome and position in a name that says where its variant lies, whichever its alleles.

    >>> place_in("21:600:A:G"), place_in("21:600"), place_in("rs1")
    (('21', 600), ('21', 600), None)
    """
    if ":" not in name or not (_PLACE.fullmatch(name) or _PLACE_ALONE.fullmatch(name)):
        return None
    chrom, pos = name.split(":")[:2]
    return chrom, int(pos)


def _usual(rsid: str) -> tuple[str, ...]:
    """The names in one id of a list, each in its usual form."""
    if found := _PLACE.fullmatch(rsid):
        if _RS_ID.fullmatch(found["chrom"]):
            return (found["chrom"].lower(),)
        place = name_of_place(chromosome(found["chrom"]), int(found["pos"]), allele(found["a"]), allele(found["b"]))
        return (place, found["rs"]) if found["rs"] else (place,)
    if place_alone := _PLACE_ALONE.fullmatch(rsid):
        return (f"{chromosome(place_alone['chrom'])}:{int(place_alone['pos'])}",)
    listed = [_WITH_RS_ID.fullmatch(name) for name in _OTHER_LISTS.split(rsid)]
    ids = tuple(name[1].lower() for name in listed if name)
    return ids if len(ids) == len(listed) else (rsid,)
