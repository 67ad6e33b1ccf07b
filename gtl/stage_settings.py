"""Which settings each stage depends on: a change of any other leaves the stage finished."""

from pathlib import Path
from typing import Any

from gtl.config import StudyConfig
from gtl.config.people import CohortFiles, Lacking
from gtl.domain.cohort import Cohort
from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.methods.registry import networks_needed
from gtl.store.manifest import sha256_of_file

Params = dict[str, Any]


def cohort(config: StudyConfig, cohort: Cohort) -> Params:
    """Of a cohort: who is simulated, or what the files hold."""
    if not config.is_simulated:
        return _files(getattr(config.files, cohort))
    # Which other people the study has changes none of these; the key says which set they are.
    cohorts = config.cohorts.model_dump(mode="json", exclude={"fresh"})
    populations = _of(config, "populations")
    if config.several:  # only the large cohort is asked for with all of them
        populations["populations"] = {"large": config.populations.large}
    return populations | {"cohorts": cohorts, "engine": config.engines.genotypes}


def matching(config: StudyConfig) -> Params:
    """Of the shared variants."""
    quality = config.quality_control.model_dump(mode="json", exclude={"sample_missingness"})
    # Left out where it is as it always was, so that older studies stay finished.
    default = {"lacking"} if config.matching.lacking is Lacking.LEAVE_OUT else set()
    matching = {} if config.is_simulated else config.matching.model_dump(mode="json", exclude=default)
    return {"quality": quality, "matching": matching}


def people(config: StudyConfig) -> Params:
    """Of the people who take part, and of their roles."""
    missingness = {"sample_missingness": config.quality_control.sample_missingness}
    if config.is_simulated:
        return missingness
    sized = {"learning_people", "tuning_share", "choosing_share", "populations"}
    return missingness | {"seed": config.seed, "roles": config.roles.model_dump(mode="json", exclude=sized)}


def trait_names(config: StudyConfig, population: str = "") -> Params:
    """Of the list of traits; ``population`` is the one of several small ones that their names begin with."""
    if config.is_simulated:
        return {"codes": [str(code) for code in config.codes()]}
    files = {name: getattr(config.files, name).where for name in ("large", "small", "final")}
    traits = config.traits.model_dump(mode="json", exclude={"prevalences"})
    named = {"population": population} if population else {}
    return {"traits": traits, "where": files, "column": config.roles.column, **named}


def source(config: StudyConfig, name: str, trait: str) -> Params:
    """Of what a source says of a trait, which is called as its column."""
    from gtl.formats.summary_statistics.reader import statistics_files

    own = config.sources[name]
    by_content = {"statistics", "reference", "score", "chain", "reference_groups"}
    settings = own.model_dump(mode="json", exclude=by_content)
    table, _, column = (own.reference_groups or "").rpartition(":")
    location = own.file_of(trait)
    files = [] if location is None else [*statistics_files(location).values()]
    hashes = [sha256_of_file(path) for path in [*files, *map(Path, filter(None, (own.chain, table)))]]
    settings |= {"groups": column} if column else {}
    return settings | {"kind": "score" if own.statistics is None else "statistics", "files": hashes}


def reference(config: StudyConfig, name: str) -> Params:
    """Of the people of a source's reference."""
    return _files(config.sources[name].reference)


def trait(config: StudyConfig) -> Params:
    """Of one trait."""
    if not config.is_simulated:
        return {"traits": config.traits.model_dump(mode="json", exclude={"names", "prevalence", "prevalences"})}
    # Which other phenotypes the study has changes none of this one.
    phenotypes = config.phenotypes.model_dump(mode="json", exclude={"risk_snps", "iterations"})
    return _of(config, "populations") | {"phenotypes": phenotypes, "engine": config.engines.phenotypes}


def split(config: StudyConfig) -> Params:
    """Of training, tuning and choosing people."""
    if config.is_simulated:
        return _of(config, "split")
    sized = {"learning_people", "tuning_share", "choosing_share"}
    return {"seed": config.seed, "roles": config.roles.model_dump(mode="json", include=sized)}


def association(config: StudyConfig) -> Params:
    """Of the tests of association."""
    return {"test": config.association.test, "engine": config.engines.association}


def plots(config: StudyConfig) -> Params:
    """Of the plots of associations."""
    return _of(config, "association", "populations")


def preselection(config: StudyConfig) -> Params:
    """Of the sub-datasets."""
    return _of(config, "preselection")


def networks(config: StudyConfig) -> Params:
    """Of the large population's networks: none where no method of the study starts from them."""
    if not (networks_needed(config.transfer.methods) and config.has_large_people):
        return {"unused": True}
    return _of(config, "training") | {"metrics": [config.selection.primary(kind) for kind in TraitKind]}


def method(config: StudyConfig, needs_truth: bool) -> Params:
    """Of one method: which others the study compares with changes nothing of it."""
    transfer = config.transfer.model_dump(mode="json", exclude={"methods"})
    threshold = {"threshold": config.phenotypes.threshold} if needs_truth else {}
    return _of(config, "classical", "training", "selection") | {"transfer": transfer} | threshold


def scores(config: StudyConfig) -> Params:
    """Of the final scores."""
    return _of(config, "selection") | {"prevalence": config.traits.prevalence}


def results(config: StudyConfig) -> Params:
    """Of the study's tables."""
    return _of(config, "phenotypes", "populations", "preselection", "selection", "transfer", "source")


def report(config: StudyConfig) -> Params:
    """Of the report, which shows every setting."""
    return config.model_dump(mode="json", exclude={"store"})


def _files(files: CohortFiles) -> Params:
    settings = files.model_dump(mode="json", exclude={"genotypes", "samples", "tables"})
    return {**settings, "files": _file_marks(files), "tables": _table_hashes(files)}


def _of(config: StudyConfig, *sections: str) -> Params:
    return {"seed": config.seed, **config.model_dump(mode="json", include=set(sections))}


def _file_marks(files: CohortFiles) -> list[tuple[str, int, int]]:
    """Name, size and time of the last change of each genotype file: hashing hundreds of GB would take hours."""
    from gtl.formats.genotype_source import files_of, samples_files

    if files.genotypes is None:
        return []
    found = [*files_of(files.genotypes), *(samples_files(files.samples) if files.samples else [])]
    return [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in found]


def _table_hashes(files: CohortFiles) -> list[str]:
    try:
        return [sha256_of_file(Path(path)) for path in files.tables]
    except OSError as error:
        raise InputError(f"{error.filename}: {error.strerror}; correct the path among files.*.tables") from error
