"""Which code each stage's outputs depend on: a part of its fingerprint, as its settings and inputs are.

So a release that rewords a docstring remakes nothing, and a changed function remakes the stages that reach it and what
follows from them. Versions of Python and of libraries are no part of it: they change last digits, not what a number
means; an upgrade would remake weeks of work for them. Nor is the wiring in :mod:`gtl.stages`, which inputs and settings
show.
"""

from pathlib import Path

from gtl.code_digest import PackageCode, Place, sha256_of_texts
from gtl.known_digests import KnownDigests
from gtl.methods.registry import MethodInfo
from gtl.store.manifest import sha256_of_file

_ENGINES = {
    "hapgen2": Place("gtl.engines.hapgen2", "Hapgen2"),
    "phenotypesimulator": Place("gtl.engines.phenotype_simulator.engine", "PhenotypeSimulator"),
    "plink": Place("gtl.engines.plink.association", "PlinkAssociation"),
}


def package_code(folder: Path, known: KnownDigests | None = None) -> PackageCode:
    """The code of this package, whose source lies in ``folder``.

    What is left out is said or stored, not computed; a row of the registry counts for its own method alone.
    """
    left_out = frozenset({"gtl.errors", "gtl.progress", "gtl.methods.registry", "gtl.stage_code", "gtl.store"})
    return PackageCode(folder, left_out, settings="gtl.config", known=known)


_TEMPLATES = ("page.html", "population.html", "macros.html", "page.css")

_FOLDER = Path(__file__).parent
RUNNING = package_code(_FOLDER, KnownDigests(_FOLDER))
"""What this process runs: read once, when it is asked for."""


def code_of(step: str, engine: str = "builtin", package: PackageCode = RUNNING) -> str:
    """Digest of the code that a stage runs.

    Parameters
    ----------
    step
        Function of :mod:`gtl.steps`, with its module.
    engine
        What the settings name for this stage; one that runs in a container has code of its own.
    package
        Whose code.

    Examples
    --------
    >>> code_of("panel.write_panel") == code_of("transfer.write_scores")
    False
    """
    module, _, function = step.rpartition(".")
    engines = [_ENGINES[engine]] if engine in _ENGINES else []
    return package.digest(Place(f"gtl.steps.{module}", function), *engines)


def code_of_method(info: MethodInfo, package: PackageCode = RUNNING) -> str:
    """Digest of the code of one method: of its own class and row of the registry, and of no other method's."""
    module, _, name = info.location.partition(":")
    places = [Place(f"gtl.methods.{module}", name)] if name else []
    code = package.digest(Place("gtl.steps.transfer", "write_method"), *places)
    return sha256_of_texts([code, repr((info.arguments, sorted(info.kinds), info.nested, info.needs_truth))])


def code_of_tables(step: str, package: PackageCode = RUNNING) -> str:
    """Digest of the code of a stage that names methods to people: with the registry and the page's templates."""
    templates = [sha256_of_file(package.folder / "report" / name) for name in _TEMPLATES]
    return sha256_of_texts([code_of(step, package=package), package.digest(Place("gtl.methods.registry")), *templates])
