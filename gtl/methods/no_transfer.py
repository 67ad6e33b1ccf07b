"""No transfer: the small population by itself (the paper's Module 4 for the small population)."""

from collections.abc import Iterator
from dataclasses import dataclass

from gtl.methods.base import Candidate, MethodContext
from gtl.methods.classical_grid import classical_grid


@dataclass(frozen=True)
class NoTransfer:
    """Classical models on the SNPs chosen in the small population, trained on its training people."""

    name: str

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """One candidate for each model and sub-dataset of the small population."""
        return classical_grid(self.name, context, context.subsets_small, context.small)
