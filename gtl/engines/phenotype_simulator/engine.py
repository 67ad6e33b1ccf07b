"""The phenotype of one population, its random parts drawn by the R package."""

import json
from pathlib import Path

import numpy as np

from gtl.config.phenotypes import PhenotypesConfig
from gtl.domain.genotypes import GenotypeMatrix
from gtl.engines.phenotype_simulator.call import KINSHIP_FILE, run_simulation_arguments
from gtl.engines.phenotype_simulator.results import person_names, read_covariates, read_parts
from gtl.engines.tool import Tool
from gtl.errors import InputError, ToolError
from gtl.simulate.phenotypes.causal import CausalSnps
from gtl.simulate.phenotypes.components import RawEffect, covariate_effects, snp_effects
from gtl.simulate.phenotypes.covariates import Covariates, no_covariates
from gtl.simulate.phenotypes.kinship import kinship
from gtl.simulate.phenotypes.marker_effects import Streams
from gtl.simulate.phenotypes.people import People
from gtl.simulate.phenotypes.population import SimulatedPhenotype, assemble
from gtl.simulate.phenotypes.variance import VarianceShares

ARGV = ["Rscript", "--vanilla", "/opt/gtl/simulate.R", "arguments.json"]
"""Command line of every run; the script is the image's, docker/phenotypesimulator/simulate.R."""


REFUSAL_FILE = "refusal.txt"
"""What the script writes where the package stops with an error of its own."""

_OUT_OF_MEMORY = "cannot allocate"


class PhenotypeSimulator:
    """A :class:`gtl.simulate.phenotypes.population.PhenotypeEngine` by the R package.

    Parameters
    ----------
    tool : Tool
        Runs ``Rscript`` where the package is installed.
    """

    def __init__(self, tool: Tool) -> None:
        self._tool = tool

    def __call__(
        self,
        genotypes: GenotypeMatrix,
        causal: CausalSnps,
        people: People,
        config: PhenotypesConfig,
        streams: Streams,
    ) -> SimulatedPhenotype:
        """Simulate the phenotype of one population; see the protocol.

        Raises
        ------
        InputError
            If the package has no argument for the settings or refuses them, or a rule of the model is broken.
        ToolError
            If R fails, or its output is not complete.
        """
        shares = VarianceShares.of(config)
        seed = int(streams().integers(2**31))
        arguments = run_simulation_arguments(config, shares, genotypes.n_samples, seed)
        raw = list(snp_effects(genotypes, causal, config, shares))
        covariates = no_covariates(genotypes.n_samples, config.traits)
        if arguments is not None:
            with self._tool.scratch() as folder:
                write_inputs(folder, arguments, people, config)
                self._run(folder)
                drawn, covariates = _read(folder, genotypes.n_samples, config, shares)
            raw += [*drawn, *covariate_effects(covariates)]
        return assemble(raw, covariates, causal, shares)

    def _run(self, folder: Path) -> None:
        """Run R; what its package says of the settings it says again however often it is asked."""
        try:
            self._tool.run(ARGV, folder)
        except ToolError as error:
            refusal = folder / REFUSAL_FILE
            said = refusal.read_text(errors="replace").strip() if refusal.is_file() else ""
            if not said or _OUT_OF_MEMORY in said:
                raise
            raise InputError(
                f"PhenotypeSimulator refuses these settings: {said}; change the field of `phenotypes` whose "
                "help text has that name in brackets (`gtl fields`), or use engine builtin"
            ) from error


def write_inputs(folder: Path, arguments: dict[str, object], people: People, config: PhenotypesConfig) -> None:
    """Write the arguments and, if they name it, the kinship matrix: the package wants it whole."""
    (folder / "arguments.json").write_text(json.dumps(arguments, indent=1))
    if "kinshipfile" not in arguments:
        return
    dosages = np.concatenate([block.dosages for block in people.blocks()])
    matrix = kinship(dosages, standardise=config.standardise_kinship, impute_missing=config.impute_missing)
    header = ",".join(person_names(len(matrix)))
    np.savetxt(folder / KINSHIP_FILE, matrix, fmt="%.17g", delimiter=",", header=header, comments="")


def _read(
    folder: Path, n_samples: int, config: PhenotypesConfig, shares: VarianceShares
) -> tuple[list[RawEffect], Covariates]:
    return (
        read_parts(folder, n_samples, config, shares),
        read_covariates(folder, n_samples, config, shares),
    )
