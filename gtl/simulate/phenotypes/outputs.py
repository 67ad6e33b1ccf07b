"""The SNP list that the paper's Module 2 writes for one phenotype."""

from collections.abc import Iterable

from gtl.formats.text_file import one_word


def snp_list_text(rsids: Iterable[str]) -> str:
    r"""One variant id a line, as plink's ``--extract`` reads it.

    >>> snp_list_text(["rs1", "rs2"])
    'rs1\nrs2\n'
    """
    return "".join(f"{one_word(rsid)}\n" for rsid in rsids)
