"""Quality control by PLINK, to hold :func:`gtl.learn.qc.quality_control` to it."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.config.learning import QualityControlConfig
from gtl.domain.genotypes import GenotypeMatrix
from gtl.engines.anonymous import anonymous_genotypes, row_names
from gtl.engines.plink.fileset import output_path, plink_argv, write_fileset
from gtl.engines.tool import Tool, output_file

Flags = npt.NDArray[np.bool_]


def plink_quality_control(
    tool: Tool, genotypes: GenotypeMatrix, case: npt.NDArray[np.int8], config: QualityControlConfig
) -> tuple[Flags, Flags]:
    """Variants and people that pass the four bounds PLINK has; duplicates and monomorphic SNPs are not its concern.

    Returns
    -------
    (n_variants,) and (n_samples,) bool

    Raises
    ------
    ToolError
        If PLINK fails (also where nothing is left), or its output is not complete.
    """
    with tool.scratch() as folder:
        write_fileset(anonymous_genotypes(genotypes), folder, case)
        tool.run(quality_argv(config), folder)
        kept = [
            pd.read_csv(output_file(output_path(folder, suffix)), sep=r"\s+", header=None, dtype=str)[1]
            for suffix in ("bim", "fam")
        ]
    return (
        np.isin(row_names("v", len(genotypes.variants)), kept[0].to_numpy(dtype=str)),
        np.isin(row_names("s", genotypes.n_samples), kept[1].to_numpy(dtype=str)),
    )


def quality_argv(config: QualityControlConfig) -> list[str]:
    """Command line of quality control.

    >>> " ".join(quality_argv(QualityControlConfig(hwe=1e-6))[5:13])
    '--geno 0.1 --mind 0.1 --maf 0.0 --hwe 1e-06'
    """
    bounds = {
        "--geno": config.variant_missingness,
        "--mind": config.sample_missingness,
        "--maf": config.maf,
        "--hwe": config.hwe,
    }
    options = [text for option, bound in bounds.items() for text in (option, str(bound))]
    return plink_argv(*options, "--make-just-bim", "--make-just-fam")
