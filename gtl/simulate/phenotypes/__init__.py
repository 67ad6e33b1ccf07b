"""Phenotypes (the paper's Module 2): PhenotypeSimulator's variance components model for several populations.

Liability = SNP effects + kinship + covariates + observational noise + correlated noise, each scaled to its share of
the variance; the sum is centred and scaled in each population. Not here: genotypes, thresholds, files.
"""

from gtl.simulate.phenotypes.kinship import kinship
from gtl.simulate.phenotypes.people import People, PeopleInMemory
from gtl.simulate.phenotypes.population import PhenotypeEngine, SimulatedPhenotype, simulate_builtin
from gtl.simulate.phenotypes.study import StudyPhenotypes, check_both_classes, simulate_study_phenotypes

__all__ = [
    "People",
    "PeopleInMemory",
    "PhenotypeEngine",
    "SimulatedPhenotype",
    "StudyPhenotypes",
    "check_both_classes",
    "kinship",
    "simulate_builtin",
    "simulate_study_phenotypes",
]
