"""HAPGEN2 (Su, Marchini & Donnelly, Bioinformatics 27:2304, 2011): the paper's Module 1, by its own program.

Its command line is that of the log in reference/hapgen2, version 2.2.0. It takes no seed: it seeds itself by the second
of the clock after it has read its files, so another run gives other people, but two runs that get there together use
the *same* random numbers. That is made impossible in two ways. The panel's haplotypes are given in a random order, of
the study's seed, so that the same numbers choose others. And the seed that a run prints is compared with those of
earlier runs on the machine: one that was there before is run again.
"""

import fcntl
import os
import re
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gtl.config.genotypes import CohortsConfig, DiseaseSnp
from gtl.domain.genetic_map import GeneticMap
from gtl.domain.genotypes import GenotypeMatrix, Haplotypes
from gtl.engines.anonymous import CHROMOSOME, anonymous_variants
from gtl.engines.tool import Tool, output_file
from gtl.errors import InputError, ToolError
from gtl.formats.genetic_map import write_genetic_map
from gtl.formats.oxford import read_gen, write_hap_legend
from gtl.simulate.disease import disease_rows
from gtl.simulate.genotypes import SimulatedCohort

PROGRAM = "hapgen2"
_OUT = "out"
_SEED = re.compile(r"^Random seed set to (\S+)", re.MULTILINE)
_SECONDS_APART = 2.0
_SEEDS_KEPT = 1000


class Hapgen2:
    """A :data:`gtl.steps.engines.GenotypeEngine`: as :func:`gtl.simulate.genotypes.simulate_cohort`, by HAPGEN2.

    Parameters
    ----------
    tool : Tool
        Runs ``hapgen2``.
    """

    def __init__(self, tool: Tool) -> None:
        self._tool = tool

    def __call__(
        self,
        panel: Haplotypes,
        genetic_map: GeneticMap,
        n_people: int,
        effective_size: float,
        config: CohortsConfig,
        rng: np.random.Generator,
        prefix: str,
    ) -> SimulatedCohort:
        """People of one run, controls first; ``rng`` orders the panel's haplotypes, since HAPGEN2 takes no seed.

        Raises
        ------
        InputError
            If a disease SNP is not in the panel, or no SNP of the panel varies.
        ToolError
            If HAPGEN2 fails, or its output is not complete.
        """
        n_cases = round(n_people * config.case_fraction) if config.disease_snps else 0
        argv = hapgen2_argv(panel, n_people - n_cases, n_cases, effective_size, config)
        with self._tool.scratch() as folder:
            _write_panel(panel, genetic_map, rng, folder)
            self._run_as_no_other(argv, folder)
            groups = [_read_group(folder, name, panel) for name, n in _groups(n_people - n_cases, n_cases) if n]
        dosages = np.concatenate(groups, axis=1)
        if dosages.shape[1] != n_people:
            raise ToolError(f"{PROGRAM} made {dosages.shape[1]} people, expected {n_people}; run again")
        samples = np.array([f"{prefix}{number}" for number in range(1, n_people + 1)], dtype=object)
        case = np.repeat(np.array([0, 1], dtype=np.int8), [n_people - n_cases, n_cases])
        people = GenotypeMatrix(panel.variants, samples, dosages)
        return SimulatedCohort(people, case if config.disease_snps else None)

    def _run_as_no_other(self, argv: Sequence[str], folder: Path) -> None:
        """Run until the seed is one that no other run of this user on this machine had; mostly that is once."""
        while True:
            _wait_for_a_turn()
            self._tool.run(argv, folder)
            seed = _seed_of(folder)
            if seed is None or _is_new(seed):
                return
            time.sleep(_SECONDS_APART)


def hapgen2_argv(
    panel: Haplotypes, n_controls: int, n_cases: int, effective_size: float, config: CohortsConfig
) -> list[str]:
    """Command line of one cohort.

    ``-dl`` is obligatory; a cohort without disease SNPs names one that varies, with relative risks of 1 and no cases.
    """
    disease_rows(panel.variants, config.disease_snps)
    theta = [] if config.theta is None else ["-theta", f"{config.theta:g}"]
    return [
        PROGRAM,
        *("-m", "panel.map", "-l", "panel.legend", "-h", "panel.hap", "-o", _OUT),
        *("-n", str(n_controls), str(n_cases)),
        *("-dl", *_disease_loci(config.disease_snps or [_harmless_snp(panel)])),
        *("-Ne", f"{effective_size:g}"),
        *theta,
        "-no_haps_output",
    ]


def _disease_loci(snps: Sequence[DiseaseSnp]) -> list[str]:
    fields = [(snp.position, snp.risk_allele, snp.heterozygote_risk, snp.homozygote_risk) for snp in snps]
    return [f"{value:g}" if isinstance(value, float) else str(value) for row in fields for value in row]


def _harmless_snp(panel: Haplotypes) -> DiseaseSnp:
    carriers = panel.alleles.sum(axis=1)
    varying = np.flatnonzero((carriers > 0) & (carriers < panel.n_haplotypes))
    if not len(varying):
        raise InputError("reference panel: none of its SNPs varies, so that HAPGEN2 has no SNP to start from")
    return DiseaseSnp(position=int(panel.variants.pos[varying[0]]))


def _groups(n_controls: int, n_cases: int) -> list[tuple[str, int]]:
    return [("controls", n_controls), ("cases", n_cases)]


def _write_panel(panel: Haplotypes, genetic_map: GeneticMap, rng: np.random.Generator, folder: Path) -> None:
    shuffled = panel.alleles[:, rng.permutation(panel.n_haplotypes)]
    unnamed = Haplotypes(anonymous_variants(panel.variants.pos), shuffled)
    write_hap_legend(unnamed, folder / "panel.hap", folder / "panel.legend")
    write_genetic_map(genetic_map, folder / "panel.map")


def _read_group(folder: Path, group: str, panel: Haplotypes) -> npt.NDArray[np.int8]:
    """Dosages (n_variants, n_people) of ``out.controls.gen`` or ``out.cases.gen``."""
    gen, sample = (output_file(folder / f"{_OUT}.{group}.{suffix}") for suffix in ("gen", "sample"))
    try:
        made = read_gen(gen, sample, CHROMOSOME)
    except InputError as error:
        raise ToolError(f"{PROGRAM}'s output is not as expected: {error}") from error
    expected = anonymous_variants(panel.variants.pos).rsid
    if made.variants.rsid.tolist() != expected.tolist():
        raise ToolError(f"{gen.name} has {len(made.variants)} SNPs, expected the panel's {len(expected)}; run again")
    return made.dosages


def _seed_of(folder: Path) -> str | None:
    """The seed that HAPGEN2 says it took; None if it does not say so."""
    found = _SEED.search(output_file(folder / f"{_OUT}.summary").read_text(errors="replace"))
    return found[1] if found else None


def _wait_for_a_turn() -> None:
    """Wait until no other run of this user began within the last seconds: so that seldom two take one seed."""
    with _own_file("lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        time.sleep(_SECONDS_APART)


def _is_new(seed: str) -> bool:
    """Whether no other run had this seed; it is noted for those that come."""
    with _own_file("seeds").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        seeds = file.read().split()
        if seed in seeds:
            return False
        file.truncate(0)
        file.write("\n".join([*seeds[1 - _SEEDS_KEPT :], seed]) + "\n")
    return True


def _own_file(name: str) -> Path:
    return Path(tempfile.gettempdir()) / f"gtl-hapgen2-{os.getuid()}.{name}"
