"""Pooled training: both populations' people as if they were one."""

from collections.abc import Iterator
from dataclasses import dataclass

from gtl.methods.base import Candidate, MethodContext
from gtl.methods.classical_grid import classical_grid


@dataclass(frozen=True)
class Pooled:
    """Classical models on the SNPs chosen in the large population, trained on both populations' training people.

    The simplest transfer there is, and the first comparison that a cleverer one has to stand (``All`` in Daumé 2007,
    ACL 45:256).
    """

    name: str

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """One candidate for each model and sub-dataset of the large population."""
        return classical_grid(self.name, context, context.subsets_large, context.large, context.small)
