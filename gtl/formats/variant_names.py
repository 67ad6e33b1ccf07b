"""The names under which a variant may be known in another file.

Files give one variant several names in many ways: lists of ids (``rs1;rs999``), ids that say where the variant lies
(``chr21:600:A:G``, ``21_600_A_G``), or both (``rs1:600:A:G``, as 1000 Genomes legends). Names of the second kind are
brought to one form, alleles in alphabetical order, as tools swap them.
"""

import re

from gtl.formats.variant_fields import allele, chromosome

_PLACE = re.compile(r"(?P<chrom>\w+?)[:_](?P<pos>\d+)[:_](?P<a>[A-Za-z*.0-]+)[:_/](?P<b>[A-Za-z*.0-]+)")
_RS_ID = re.compile(r"[a-z]{2}\d+", re.IGNORECASE)
_NO_ALLELE = (".", "0")


def names_of(rsid: str) -> tuple[str, ...]:
    """Names that an id column holds.

    >>> names_of("rs1;rs999"), names_of("chr21_600_G_A"), names_of("rs1:600:A:G")
    (('rs1', 'rs999'), ('21:600:A:G',), ('rs1',))
    """
    return tuple(_usual(part) for part in rsid.split(";"))


def name_of_place(chrom: str, pos: object, ref: str, alt: str) -> str:
    """Name of a variant by where it lies; an allele that the file does not name is left out.

    >>> name_of_place("21", 600, "G", "A"), name_of_place("21", 600, "G", ".")
    ('21:600:A:G', '21:600:G')
    """
    return ":".join([chrom, str(pos), *sorted({ref, alt}.difference(_NO_ALLELE))])


def names_by_one_allele(name: str) -> tuple[str, ...]:
    """Names that a variant known by its place has where a file names one of its alleles only.

    >>> names_by_one_allele("21:600:A:G"), names_by_one_allele("rs1")
    (('21:600:A', '21:600:G'), ())
    """
    if not _PLACE.fullmatch(name):
        return ()
    chrom, pos, *alleles = name.split(":")
    return tuple(f"{chrom}:{pos}:{letters}" for letters in alleles)


def _usual(rsid: str) -> str:
    found = _PLACE.fullmatch(rsid)
    if found is None:
        return rsid
    if _RS_ID.fullmatch(found["chrom"]):
        return found["chrom"]
    return name_of_place(chromosome(found["chrom"]), int(found["pos"]), allele(found["a"]), allele(found["b"]))
