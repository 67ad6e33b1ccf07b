"""HAPGEN2 (Su, Marchini & Donnelly, Bioinformatics 27:2304, 2011): the paper's Module 1, by its own program.

Its command line is that of the log in reference/hapgen2, version 2.2.0. It takes no seed: it seeds itself by the clock,
so another run gives other people, and two runs that begin together can give the *same* people. Runs on one
machine therefore begin at least two seconds apart.
"""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
_SECONDS_APART = 2.0


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
        """People of one cohort, controls first; ``rng`` is not used, since HAPGEN2 takes no seed.

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
            _write_panel(panel, genetic_map, folder)
            with _turn():
                self._tool.run(argv, folder)
            groups = [_read_group(folder, name, panel) for name, n in _groups(n_people - n_cases, n_cases) if n]
        dosages = np.concatenate(groups, axis=1)
        if dosages.shape[1] != n_people:
            raise ToolError(f"{PROGRAM} made {dosages.shape[1]} people, expected {n_people}; run again")
        samples = np.array([f"{prefix}{number}" for number in range(1, n_people + 1)], dtype=object)
        case = np.repeat(np.array([0, 1], dtype=np.int8), [n_people - n_cases, n_cases])
        people = GenotypeMatrix(panel.variants, samples, dosages)
        return SimulatedCohort(people, case if config.disease_snps else None)


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


def _write_panel(panel: Haplotypes, genetic_map: GeneticMap, folder: Path) -> None:
    unnamed = Haplotypes(anonymous_variants(panel.variants.pos), panel.alleles)
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


@contextmanager
def _turn() -> Iterator[None]:
    """Wait until no other run of this user began within the last seconds."""
    with open(Path(tempfile.gettempdir()) / f"gtl-hapgen2-{os.getuid()}.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        time.sleep(_SECONDS_APART)
    yield
