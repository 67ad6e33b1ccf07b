"""The three groups of people of a study, and the two populations that they come from."""

from enum import StrEnum


class Population(StrEnum):
    """Role of a population: the one that was studied, and the one that is to be predicted."""

    LARGE = "large"
    SMALL = "small"


class Cohort(StrEnum):
    """Large cohort (CEU 1000 in the paper), small cohort (YRI 100), sealed final cohort (YRI 50)."""

    LARGE = "large"
    SMALL = "small"
    FINAL = "final"

    @property
    def population(self) -> Population:
        """The population that the cohort's people come from."""
        return Population.LARGE if self is Cohort.LARGE else Population.SMALL
