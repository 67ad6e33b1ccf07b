"""SNP transfer: SNPs chosen in the large population, for models of the small one (the paper's Module 5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from gtl.methods.base import Candidate, MethodContext
from gtl.methods.classical_grid import classical_grid


@dataclass(frozen=True)
class SnpTransfer:
    """Classical models on the SNPs chosen in the large population.

    The paper's text can be read in two ways: the models are trained on the small population's training people
    (``trained_on="small"``), or on the large one's and used on the small as they are (``"large"``).
    """

    name: str
    trained_on: Literal["large", "small"]

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """One candidate for each model and sub-dataset of the large population."""
        people = context.large if self.trained_on == "large" else context.small
        return classical_grid(self.name, context, context.subsets_large, people)
