"""Linkage disequilibrium by PLINK."""

import numpy as np
import numpy.typing as npt

from gtl.domain.genotypes import GenotypeMatrix
from gtl.engines.anonymous import anonymous_genotypes
from gtl.engines.plink.fileset import output_path, plink_argv, write_fileset
from gtl.engines.tool import Tool, output_file
from gtl.errors import ToolError


def plink_ld_matrix(tool: Tool, genotypes: GenotypeMatrix) -> npt.NDArray[np.float64]:
    """Squared correlation of dosages between every two SNPs, as :func:`gtl.association.ld_matrix`, to 6 digits.

    Returns
    -------
    (n_variants, n_variants) float64; nan where a SNP does not vary

    Raises
    ------
    ToolError
        If PLINK fails, or its output is not complete.
    """
    n = len(genotypes.variants)
    with tool.scratch() as folder:
        write_fileset(anonymous_genotypes(genotypes), folder)
        tool.run(plink_argv("--r2", "square"), folder)
        r2 = np.loadtxt(output_file(output_path(folder, "ld")), ndmin=2)
    if r2.shape != (n, n):
        raise ToolError(f"the output out.ld is {r2.shape[0]} x {r2.shape[1]}, expected {n} x {n}; run again")
    return r2
