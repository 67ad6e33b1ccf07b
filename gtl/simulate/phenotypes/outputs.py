"""Text files that the paper's Module 2 writes for one phenotype: the updated .sample file and the SNP list."""

from collections.abc import Iterable

from gtl.domain.phenotype import PhenotypeTable
from gtl.errors import InputError


def sample_text(phenotype: PhenotypeTable) -> str:
    """The .sample file (SNPTEST layout) with case status in the binary column ``pheno``.

    Raises
    ------
    InputError
        A sample id is empty or contains white space, which separates the file's columns.

    Examples
    --------
    >>> import numpy as np
    >>> table = PhenotypeTable.from_liability(np.array(["a", "b"], dtype=object), np.array([0.3, -0.3]))
    >>> print(sample_text(table), end="")
    ID_1 ID_2 missing pheno
    0 0 0 B
    a a 0 1
    b b 0 0
    """
    people = zip(map(str, phenotype.samples), phenotype.case.tolist(), strict=True)
    lines = [f"{_name(sample)} {sample} 0 {case}" for sample, case in people]
    return "\n".join(["ID_1 ID_2 missing pheno", "0 0 0 B", *lines, ""])


def snp_list_text(rsids: Iterable[str]) -> str:
    r"""One variant id a line, as plink's ``--extract`` reads it.

    >>> snp_list_text(["rs1", "rs2"])
    'rs1\nrs2\n'
    """
    return "".join(f"{_name(rsid)}\n" for rsid in rsids)


def _name(name: str) -> str:
    if name.split() != [name]:
        raise InputError(f"name {name!r}: expected one word, because white space separates columns; rename it")
    return name
