"""Names of sets of cohorts: a large, a small and a final one that are studied together."""

from dataclasses import dataclass
from typing import Self

SHARED_COHORTS = "shared"
"""Name of the one set of cohorts that serves all phenotypes."""


@dataclass(frozen=True)
class CohortSet:
    """Which people a set is of.

    Attributes
    ----------
    population
        Of several small populations the one; empty where there is one only.
    iteration
        Of a simulation with fresh people for every iteration, its number; empty where all iterations share them.

    Examples
    --------
    >>> str(CohortSet()), str(CohortSet("JPT")), str(CohortSet("JPT", "3"))
    ('shared', 'JPT', 'JPT_3')
    >>> CohortSet.parse("3"), CohortSet.parse("JPT_3")
    (CohortSet(population='', iteration='3'), CohortSet(population='JPT', iteration='3'))
    """

    population: str = ""
    iteration: str = ""

    @classmethod
    def parse(cls, name: str) -> Self:
        """The inverse of ``str``: codes of populations begin with a letter and have no underscore."""
        if name == SHARED_COHORTS:
            return cls()
        population, _, iteration = name.partition("_")
        return cls("", name) if name.isdigit() else cls(population, iteration)

    def __str__(self) -> str:
        return "_".join(filter(None, (self.population, self.iteration))) or SHARED_COHORTS

    @property
    def folder(self) -> str:
        """Where its people lie below the study; empty for the shared set.

        >>> CohortSet("JPT", "3").folder, CohortSet().folder
        ('populations/JPT/iterations/3', '')
        """
        parts = [("populations", self.population), ("iterations", self.iteration)]
        return "/".join(f"{section}/{name}" for section, name in parts if name)

    @property
    def of_the_large(self) -> "CohortSet":
        """The set whose large cohort this one has: that is the same for all small populations."""
        return CohortSet("", self.iteration)
