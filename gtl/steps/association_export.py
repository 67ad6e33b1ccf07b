"""A study's own associations as GWAS-SSF files with metadata, for other tools and for other studies."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd

from gtl.association.as_statistics import statistics_of
from gtl.domain.cohort import Population
from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.formats.summary_statistics.writer import SUFFIX, StudyParticulars, chromosome_order, write_gwas_ssf
from gtl.schema import ASSOCIATION
from gtl.steps.preparation import read_split
from gtl.steps.traits import read_trait
from gtl.store import Artifact, Store

_FOLDER = "association_"
_CHROMOSOME = "chr"
_LATER_DRAW = "draw-"


@dataclass(frozen=True)
class StoredAssociation:
    """One trait's association in one population.

    Attributes
    ----------
    trait : branch of the study, such as ``asthma``
    population : large or small
    chromosomes : key of each chromosome's artefact, by its name, in the standard's order
    """

    trait: str
    population: str
    chromosomes: dict[str, str]

    @property
    def name(self) -> str:
        """As its files are named."""
        return f"{self.trait.replace('/', '-')}-{self.population}"


def stored_associations(store: Store, study: str) -> list[StoredAssociation]:
    """Every trait's association that is finished, of the first draw of roles, by name.

    Raises
    ------
    InputError
        If the study has none in this store.
    """
    prefix = f"studies/{study}/phenotypes"
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for folder in map(PurePosixPath, store.keys(prefix)):
        stage = folder.parent
        if _LATER_DRAW in stage.parent.name:
            continue
        if stage.name.startswith(_FOLDER) and folder.name.startswith(_CHROMOSOME):
            chromosome = folder.name.removeprefix(_CHROMOSOME)
            found[str(stage.parent), stage.name.removeprefix(_FOLDER)][chromosome] = f"{prefix}/{folder}"
    if not found:
        raise InputError(f"study {study!r} has no associations in {store.uri('')}; run it, or name another --store")
    return [
        StoredAssociation(trait, population, {name: keys[name] for name in sorted(keys, key=chromosome_order)})
        for (trait, population), keys in sorted(found.items())
    ]


def export_associations(
    store: Store, study: str, chosen: Sequence[StoredAssociation], folder: Path, people: str, build: str, ancestry: str
) -> Iterator[tuple[Path, int]]:
    """Write each association's file and YAML; yield its path and number of rows.

    Where statistics stand for a population's people, its association is no result of the study and is left out.

    Parameters
    ----------
    people
        ``cohort``: all who are not sealed, of the first draw of roles; ``training``: those that models learn from.
    build, ancestry
        What the YAML says; "" = not known.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: no folder can be made there ({error.strerror}); name another --to") from None
    for one in chosen:
        particulars = _particulars(store, study, one, people, build, ancestry)
        if not particulars.people:
            continue
        path = folder / f"{study}-{one.name}{SUFFIX}"
        parts = (statistics_of(table) for table in _tables(store, one, people))
        yield path, write_gwas_ssf(path, parts, particulars)


def _tables(store: Store, one: StoredAssociation, people: str) -> Iterator[pd.DataFrame]:
    for key in one.chromosomes.values():
        yield _read(store, key).read_table(f"{people}.parquet", ASSOCIATION)


def _particulars(
    store: Store, study: str, one: StoredAssociation, people: str, build: str, ancestry: str
) -> StudyParticulars:
    split = _read(store, f"studies/{study}/phenotypes/{one.trait}/split")
    table = read_split(split, Population(one.population))
    table = table[table["part"] == "train"] if people == "training" else table
    binary = read_trait(split).kind is TraitKind.BINARY
    cases = int((table["value"] == 1).sum()) if binary else 0
    covariates = tuple(map(str, split.read_json("covariates.json")))
    controls = len(table) - cases if binary else 0
    return StudyParticulars(one.trait, len(table), cases, controls, covariates, build, ancestry)


def _read(store: Store, key: str) -> Artifact:
    ref = store.find(key)
    if ref is None:
        raise InputError(f"{store.uri(key)} is not finished; run the study again")
    return store.read(ref)
