"""Module 1: people whom an engine makes, the small and the final cohort's in one run.

Two runs in which new people copy each other drift apart, as each drifts from the panel: final people of a run of their
own would be another population's. So the small cohort's run makes the final people, too. They lie beside its genotypes,
sealed, until the final cohort takes them.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from gtl.config.genotypes import CohortsConfig
from gtl.domain.genotypes import GenotypeMatrix
from gtl.formats.genotype_parquet import read_genotypes, write_genotypes
from gtl.formats.private_file import made_private
from gtl.simulate.genotypes import SimulatedCohort
from gtl.steps.cohort_files import PARTS
from gtl.store import ArtifactRef, ArtifactWriter, Store

FINAL = "final.parquet"
_FINAL_CASES = "final_cases.json"

Run = Callable[[int, str], SimulatedCohort]
"""One run of an engine: number of people, start of their ids → the people."""


def small_and_final(
    run: Run, people: CohortsConfig, small_ids: str, final_ids: str
) -> tuple[SimulatedCohort, SimulatedCohort]:
    """The small and the final cohort: parts of one run, of its cases and of its controls alike.

    Parameters
    ----------
    small_ids, final_ids
        Starts of the people's ids.
    """
    made = run(people.small + people.final, small_ids)
    is_final = np.arange(people.small + people.final) >= people.small
    if made.case is not None:
        for status, total in enumerate(_by_status(people.small, people.case_fraction)):
            members = np.flatnonzero(made.case == status)
            is_final[members[:total]], is_final[members[total:]] = False, True
    return _part(made, ~is_final, small_ids), _part(made, is_final, final_ids)


def write_final(final: SimulatedCohort, out: ArtifactWriter) -> None:
    """Keep the final cohort, sealed, in the artefact of the small cohort's genotypes."""
    with out.file(FINAL) as path:
        made_private(path)
        write_genotypes(final.genotypes, path)
    out.write_json(_FINAL_CASES, None if final.case is None else final.case.tolist())
    out.seal(FINAL)
    out.seal(_FINAL_CASES)


def read_final(store: Store, small: ArtifactRef) -> SimulatedCohort:
    """The final cohort that lies in the artefact of the small cohort."""
    ((_, genotypes),) = store.read(small).read_json(PARTS)
    part = store.read(ArtifactRef.from_json(genotypes), unseal=True)
    cases = part.read_json(_FINAL_CASES)
    with part.open(FINAL) as file:
        return SimulatedCohort(read_genotypes(file), None if cases is None else np.array(cases, dtype=np.int8))


def _by_status(n_people: int, case_fraction: float) -> tuple[int, int]:
    """Controls and cases of so many people."""
    n_cases = round(n_people * case_fraction)
    return n_people - n_cases, n_cases


def _part(made: SimulatedCohort, members: npt.NDArray[np.bool_], prefix: str) -> SimulatedCohort:
    part = made.genotypes.take_samples(members)
    samples = np.array([f"{prefix}{number}" for number in range(1, part.n_samples + 1)], dtype=object)
    case = None if made.case is None else made.case[members]
    return SimulatedCohort(GenotypeMatrix(part.variants, samples, part.dosages), case)
