"""Tests of several binary traits from counts of genotypes, each group of people counted once for all traits."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from gtl.association.counts import CaseControlCounts, count_genotypes
from gtl.association.single_snp import nearest_calls, tests_of_counts
from gtl.association.variant_tests import VariantTests
from gtl.config.learning import AssociationTest
from gtl.domain.dosages import Dosages

People = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class CountTests:
    """Several traits' cases and controls among the same people.

    Attributes
    ----------
    cases, controls : (n_traits, n_people) bool
    test
        Which test.
    groups : (n_groups, n_people) bool
        The distinct ones of all traits' cases, and of all traits' people.
    case_group, people_group : (n_traits,) intp
        Which group are a trait's cases, and which all its people.
    """

    cases: People
    controls: People
    test: AssociationTest
    groups: People
    case_group: npt.NDArray[np.intp]
    people_group: npt.NDArray[np.intp]

    @classmethod
    def of(cls, cases: People, controls: People, test: AssociationTest) -> Self:
        """Find out which traits have groups in common."""
        wanted = np.concatenate([cases, cases | controls])
        _, first, where = np.unique(np.packbits(wanted, axis=1), axis=0, return_index=True, return_inverse=True)
        case_group, people_group = np.split(where.reshape(-1), 2)
        return cls(cases, controls, test, wanted[first], case_group, people_group)

    def tests(self, dosages: Dosages) -> Iterator[VariantTests]:
        """Test every variant of ``dosages`` (n_variants, n_people) for one trait after the other."""
        counts = count_genotypes(nearest_calls(dosages), self.groups)
        groups = zip(self.case_group, self.people_group, self.cases, self.controls, strict=True)
        for case_group, people_group, cases, controls in groups:
            case = counts[:, case_group]
            pair = CaseControlCounts(case, counts[:, people_group] - case)
            yield tests_of_counts(pair, dosages, cases, controls, self.test)
