"""From what a request names to what it may see: a store by its id, a study by its name, a version by its digits."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Query

from gtl.browse.finished import FinishedStudy
from gtl.errors import InputError
from gtl.steps.results_versions import results_ref
from gtl.store import ArtifactRef
from operators.pages.access import User, check_may_read, not_found, owner_of
from operators.pages.places import Place, places
from operators.pages.runs import recent_runs, study_dags

StoreId = Annotated[str, Path(pattern=r"^[0-9a-f]{10}$")]
StudyName = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Version = Annotated[str, Query(pattern=r"^([0-9a-f]{4,16})?$")]


@dataclass(frozen=True)
class Named:
    """A study of a store that the user may see, whether it has results or not."""

    place: Place
    name: str


def named(user: User, store: StoreId, study: StudyName) -> Named:
    """The study that a request names; 404 where there is none, or the user may not see it."""
    place = places(run.store for run in recent_runs()).get(store)
    if place is None:
        raise not_found("There is no such store, or it is not one that pages may show.")
    check_may_read(user, owner_of(study, study_dags()))
    return Named(place, study)


NamedStudy = Annotated[Named, Depends(named)]


def finished(which: NamedStudy, version: Version = "") -> FinishedStudy:
    """The results that a request names: the current ones, or another version; 404 where there are none."""
    found = found_results(which, version)
    if found is None:
        raise not_found(f"Study {which.name} has no such results in this store.")
    return opened(which, found)


def found_results(which: Named, version: str = "") -> ArtifactRef | None:
    """The results of a version; None where there are none."""
    store = which.place.store
    if not version:
        return store.find(f"studies/{which.name}/results")
    try:
        return results_ref(store, which.name, version)
    except InputError:
        return None


def opened(which: Named, results: ArtifactRef) -> FinishedStudy:
    """A version of a study's results."""
    return FinishedStudy.open(which.place.store, which.name, results)


Finished = Annotated[FinishedStudy, Depends(finished)]
