"""Where each stage's artefact lies in the store, and which trait and draw of the roles a key is about."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from gtl.config import StudyConfig
from gtl.domain.cohort import Cohort
from gtl.domain.cohort_set import CohortSet
from gtl.store.manifest import canonical_json, sha256_of

_BRANCH = re.compile(r"studies/[^/]+/phenotypes/(?P<code>[^/]+)/(?:draw-(?P<repeat>\d+)/)?(?P<stage>[^/]+)")


@dataclass(frozen=True)
class Branch:
    """One trait and one draw of its roles."""

    code: str
    repeat: int = 1

    @classmethod
    def of(cls, key: str) -> Self:
        """The branch whose artefact lies at ``key``.

        >>> Branch.of("studies/rice/phenotypes/seed_length/draw-012/scores")
        Branch(code='seed_length', repeat=12)
        """
        found = _BRANCH.fullmatch(key)
        if found is None:
            raise ValueError(f"{key}: not an artefact of one trait")
        return cls(found["code"], int(found["repeat"] or 1))


def study_key(config: StudyConfig) -> str:
    """Where everything of a study lies."""
    return f"studies/{config.name}"


def people_key(config: StudyConfig, cohort_set: str) -> str:
    """Where a set of cohorts and all that is made of them alone lies."""
    return "/".join(filter(None, (study_key(config), CohortSet.parse(cohort_set).folder)))


def cohort_key(config: StudyConfig, cohort_set: str, cohort: Cohort) -> str:
    """Where a cohort lies; all small populations have the same large one.

    >>> cohort_key(StudyConfig(), "JPT", Cohort.LARGE), cohort_key(StudyConfig(), "JPT", Cohort.SMALL)
    ('studies/transfer/cohorts/large', 'studies/transfer/populations/JPT/cohorts/small')
    """
    own = CohortSet.parse(cohort_set)
    return f"{people_key(config, str(own.of_the_large if cohort is Cohort.LARGE else own))}/cohorts/{cohort}"


def branch_key(config: StudyConfig, code: str, repeat: int = 1) -> str:
    """Where a trait's artefacts lie; those of the first draw of the roles directly below the trait.

    >>> branch_key(StudyConfig(), "YRI_5_1"), branch_key(StudyConfig(), "asthma", 2)
    ('studies/transfer/phenotypes/YRI_5_1', 'studies/transfer/phenotypes/asthma/draw-002')
    """
    trait = f"{study_key(config)}/phenotypes/{code}"
    return trait if repeat == 1 else f"{trait}/draw-{repeat:03d}"


def linkage_key(made_of: Mapping[str, Any]) -> str:
    """Where a chromosome's LD lies: by what it is made of, so that studies of the same reference share it.

    >>> linkage_key({"chromosome": "22"}) == linkage_key({"chromosome": "21"})
    False
    """
    return f"linkage/chr{made_of['chromosome']}-{sha256_of(canonical_json(made_of))[:12]}"


def openings_key(config: StudyConfig) -> str:
    """Where it is recorded for which models the sealed people were opened."""
    return f"{study_key(config)}/openings"
