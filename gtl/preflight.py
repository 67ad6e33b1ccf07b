"""What can be wrong with settings beyond single fields: found before anything is computed, not an hour later."""

from collections.abc import Iterator
from pathlib import Path

from gtl.config import StudyConfig
from gtl.config.genotypes import PANEL_FILES
from gtl.config.people import CohortFiles
from gtl.config.study import GenotypeEngine, PhenotypeEngine
from gtl.domain.cohort import Cohort
from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.preflight_sources import check_named_traits, check_source_traits, source_files

HAPGEN2_LARGEST_NE = 50_000


def check_settings(config: StudyConfig) -> list[str]:
    """Check what the settings' own bounds cannot; the codes of a simulated study's phenotypes if all is well.

    Raises
    ------
    InputError
        If HAPGEN2 cannot take an effective size, variance shares do not add up, effects cannot be drawn as asked or not
        by the engine, a method is not registered, none can run, layers do not make a network, a freeze depth is beyond
        every network, a file of the panel or of a cohort cannot be read, a trait that is named is one that nobody
        has, or a person is in two small populations.

    Examples
    --------
    >>> check_settings(StudyConfig())[:2]
    ['YRI_5_1', 'YRI_5_2']
    """
    check_names(config)
    for setting, path in _named_files(config):
        _check_readable(setting, path)
    check_source_traits(config)
    if config.several and not config.is_simulated:
        check_named_traits(config)
        _check_populations_differ(config)
    return [str(code) for code in config.codes()]


def check_names(config: StudyConfig) -> None:
    """The part of :func:`check_settings` that opens no file, so that machines without the study's files can run it."""
    from gtl.learn import networks
    from gtl.methods.deep_transfer import check_depths

    if config.is_simulated:
        _check_effective_sizes(config)
    _check_phenotypes(config)
    _check_methods(config)
    for network in config.training.networks:
        networks.check(network)
    check_depths(config.transfer, config.training.networks)


def _check_effective_sizes(config: StudyConfig) -> None:
    """HAPGEN2 prints an error at an Ne above some 50,000, and goes on with it."""
    if config.engines.genotypes is not GenotypeEngine.HAPGEN2:
        return
    for name in ("effective_size_large", "effective_size_small"):
        value = getattr(config.cohorts, name)
        if value > HAPGEN2_LARGEST_NE:
            raise InputError(
                f"cohorts.{name}: {value:g}: HAPGEN2 takes no Ne above {HAPGEN2_LARGEST_NE:,}; choose a smaller one, "
                "or engines.genotypes: builtin"
            )


def _check_phenotypes(config: StudyConfig) -> None:
    """Whether the model of simulated phenotypes can be drawn, by the engine that is to draw it."""
    from gtl.engines.phenotype_simulator.call import run_simulation_arguments
    from gtl.simulate.phenotypes.causal import check_causal_effects
    from gtl.simulate.phenotypes.covariates import check_covariates
    from gtl.simulate.phenotypes.variance import VarianceShares

    phenotypes = config.phenotypes
    shares = VarianceShares.of(phenotypes)
    if not config.is_simulated:
        return
    check_causal_effects(phenotypes)
    if shares.noise * shares.covariates > 0:
        check_covariates(phenotypes.covariates, shares.covariate_shared, phenotypes.traits)
    if config.engines.phenotypes is PhenotypeEngine.PHENOTYPE_SIMULATOR:
        run_simulation_arguments(phenotypes, shares, n_samples=2, seed=0)


def _check_methods(config: StudyConfig) -> None:
    """Whether all methods are known, and one of them can run on some kind of trait."""
    from gtl.methods.registry import method_info, why_not

    covariates = bool(config.traits.covariates or config.traits.components)
    reasons = {}
    for name in config.transfer.methods:
        of_kinds = [
            why_not(
                method_info(name),
                kind,
                truth=config.is_simulated,
                covariates=covariates,
                sources=not config.has_large_people,
            )
            for kind in TraitKind
        ]
        reasons[name] = min(of_kinds, key=len)
    if reasons and all(reasons.values()):
        said = "; ".join(f"{name}: {reason}" for name, reason in reasons.items())
        raise InputError(f"transfer.methods: none of these can run in this study ({said}); name others")


def _named_files(config: StudyConfig) -> Iterator[tuple[str, str]]:
    """Setting and path of every file that the study needs."""
    if config.is_simulated:
        paths = ((field, getattr(config.panel, field)) for field in PANEL_FILES)
        yield from ((f"panel.{field}", path) for field, path in paths if path is not None)
        return
    for section, files in _cohorts(config).items():
        yield from _cohort_files(section, files)
    for name, source in config.in_order.items():
        yield from source_files(f"sources.{name}", source)
        if source.statistics is not None:
            yield from _cohort_files(f"sources.{name}.reference", source.reference)


def _cohorts(config: StudyConfig) -> dict[str, CohortFiles]:
    """Section of the settings → a cohort's files."""
    if not config.several:
        return {f"files.{cohort}": getattr(config.files, cohort) for cohort in Cohort}
    small = {
        f"files.{cohort}.{name}": getattr(config.files.populations[name], cohort)
        for name in config.populations.small_names
        for cohort in ("small", "final")
    }
    return {"files.large": config.files.large, **small}


def _check_populations_differ(config: StudyConfig) -> None:
    """Nobody may be in two small populations: what is found in one would be found in the other by itself.

    The large population and each small one are held against each other where their people are checked.
    """
    from gtl.spelling import listed
    from gtl.steps.imports import people_of_files

    home: dict[str, str] = {}
    for section, files in _cohorts(config).items():
        if section == "files.large" or files.genotypes is None:
            continue
        name = section.rpartition(".")[2]
        samples = people_of_files(files, Cohort.SMALL)
        both = [sample for sample in samples if home.get(sample, name) != name]
        if both:
            raise InputError(
                f"{section}: {len(both)} of {len(samples)} people are in the small population {home[both[0]]}, too "
                f"({listed(both, 3)}); leave them out of one with a condition such as where: population={name}, or "
                "give people who differ ids that differ"
            )
        home |= dict.fromkeys(samples, name)


def _cohort_files(section: str, files: CohortFiles) -> Iterator[tuple[str, str]]:
    from gtl.formats.genotype_source import files_of, samples_files

    if files.genotypes is None:
        given = [name for name, value in files.model_dump(exclude_defaults=True).items() if value]
        if given:
            raise InputError(
                f"{section}.{given[0]}: {section}.genotypes is empty, so that nobody is read; name these people's "
                "genotypes, those of the small cohort where they are in one file"
            )
        return
    for setting, location, found in (
        ("genotypes", files.genotypes, files_of),
        ("samples", files.samples, samples_files),
    ):
        try:
            yield from ((f"{section}.{setting}", str(path)) for path in (found(location) if location else []))
        except InputError as error:
            raise InputError(f"{section}.{setting}: {error}") from None
    yield from ((f"{section}.tables", path) for path in files.tables)


def _check_readable(setting: str, path: str) -> None:
    from gtl.formats.special_files import check_ordinary

    check_ordinary(setting, Path(path))
    try:
        Path(path).open("rb").close()
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{setting}: {path} cannot be read ({reason}); correct the path") from None
