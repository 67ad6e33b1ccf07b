"""The paper's own figures, in percent: accuracies of its tables 3, 6, 7, 8 and 9, by phenotype in its order.

Source: Muneeb, Feng & Henschel 2022, BMC Bioinformatics 23:511. No other module states a figure of the paper's results.
"""

from dataclasses import dataclass

import numpy as np

from gtl.domain.phenotype_code import PhenotypeCode

CODES = tuple(PhenotypeCode("YRI", risk_snps, iteration) for risk_snps in (5, 10) for iteration in range(1, 5))
"""The paper's eight phenotypes."""

TABLES = {"no_transfer": "3", "snp_transfer": "6", "deep_transfer": "7-9"}
"""Method → the paper's tables that have its accuracies."""

TEST = {
    "no_transfer": (66, 85, 61, 71, 76, 66, 71, 61),
    "snp_transfer": (66, 85, 61, 71, 76, 66, 71, 61),
    "deep_transfer": (66, 75, 71, 71, 71, 76, 76, 76),
}
"""Accuracy on the 20 test people who chose the model (YRI_ED)."""

FINAL = {
    "no_transfer": (56, 52, 44, 42, 48, 52, 52, 46),
    "snp_transfer": (48, 54, 44, 38, 46, 48, 48, 32),
    "deep_transfer": (58, 58, 64, 56, 62, 66, 54, 52),
}
"""Accuracy on the 50 final people (YRI_FD)."""


@dataclass(frozen=True)
class PaperFigure:
    """One accuracy of the paper: its table, method, people (test or final), phenotype and percent."""

    table: str
    method: str
    split: str
    code: PhenotypeCode
    percent: float


def paper_figures() -> list[PaperFigure]:
    """Every accuracy of the tables.

    >>> len(paper_figures())
    48
    """
    return [
        PaperFigure(table, method, split, code, percent)
        for method, table in TABLES.items()
        for split, figures in (("test", TEST), ("final", FINAL))
        for code, percent in zip(CODES, figures[method], strict=True)
    ]


def paper_gain(method: str) -> float:
    """Mean gain of a method over no transfer on the final people, points.

    >>> paper_gain("deep_transfer"), paper_gain("snp_transfer")
    (9.75, -4.25)
    """
    return float(np.mean(np.subtract(FINAL[method], FINAL["no_transfer"])))
