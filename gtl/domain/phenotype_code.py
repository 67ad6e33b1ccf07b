"""Names of phenotypes as the paper writes them: ``X_Y_Z``."""

import re
from dataclasses import dataclass

from gtl.errors import InputError

_CODE = re.compile(r"(?P<population>[A-Za-z][A-Za-z0-9-]*)_(?P<risk_snps>[1-9]\d*)_(?P<iteration>[1-9]\d*)")


@dataclass(frozen=True, order=True)
class PhenotypeCode:
    """Population, number of risk SNPs and iteration of one phenotype (the paper's Module 2).

    >>> PhenotypeCode.parse("YRI_5_1")
    PhenotypeCode(population='YRI', risk_snps=5, iteration=1)
    >>> str(PhenotypeCode("YRI", 10, 4))
    'YRI_10_4'
    """

    population: str
    risk_snps: int
    iteration: int

    @classmethod
    def parse(cls, text: str) -> "PhenotypeCode":
        """Read ``X_Y_Z``; raise :class:`InputError` for anything else."""
        match = _CODE.fullmatch(text)
        if match is None:
            raise InputError(f"phenotype code {text!r}: expected POPULATION_RISKSNPS_ITERATION, such as YRI_5_1")
        return cls(match["population"], int(match["risk_snps"]), int(match["iteration"]))

    @staticmethod
    def fits(text: str) -> bool:
        """Whether ``text`` is ``X_Y_Z``.

        >>> PhenotypeCode.fits("YRI_5_1"), PhenotypeCode.fits("asthma")
        (True, False)
        """
        return _CODE.fullmatch(text) is not None

    def __str__(self) -> str:
        return f"{self.population}_{self.risk_snps}_{self.iteration}"
