"""Kinship, components and inbreeding against plink2, run here on the same genotypes."""

import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import subspace_angles

from gtl.domain.blocks import blocks_of
from gtl.domain.genotypes import GenotypeMatrix
from gtl.formats.plink import read_plink, write_bed, write_bim, write_fam
from gtl.prepare.components import principal_components
from gtl.prepare.person_figures import person_figures
from gtl.prepare.relatedness import kinship_matrix
from tests.simulated_people import family, with_missing


@pytest.fixture(scope="module")
def people():
    """A family among strangers of two populations, on three chromosomes; 3 % of calls are missing."""
    rng = np.random.default_rng(11)
    frequency = rng.uniform(0.05, 0.95, 3_000)
    one, other = (family(rng, drifted, 40) for drifted in (frequency, _drifted(rng, frequency)))
    samples = np.concatenate([one.samples + "-a", other.samples + "-b"])
    one.variants.chrom[:] = np.array(["1", "2", "X"], dtype=object).repeat(1_000)
    both = GenotypeMatrix(one.variants, samples, np.concatenate([one.dosages, other.dosages], axis=1))
    return with_missing(both, rng, 0.03)


@pytest.fixture(scope="module")
def plink2(people, tmp_path_factory):
    """Run plink2 on the people's genotypes: ``plink2(option, ...)`` -> stem of its output files."""
    program = shutil.which("plink2")
    if program is None:
        pytest.skip("plink2 is not installed (apt-get install plink2)")
    folder = tmp_path_factory.mktemp("plink2")
    write_bed(people, folder / "people.bed")
    write_bim(people.variants, folder / "people.bim")
    write_fam(people.samples, folder / "people.fam")

    def run(*options, files="people"):
        command = [program, "--bfile", folder / files, "--threads", "1", *options, "--out", folder / "out"]
        subprocess.run(command, check=True, capture_output=True)
        return folder / "out"

    return run


def _drifted(rng, frequency):
    return np.clip(frequency + rng.normal(0, 0.15, len(frequency)), 0.02, 0.98)


def _autosomes(people):
    return people.take_variants(people.variants.chrom != "X")


def _kinship_by_pair(table, samples):
    places = pd.Index(samples)
    return places.get_indexer(table["IID1"]), places.get_indexer(table["IID2"])


def test_kinship_is_plink2s(people, plink2):
    table = pd.read_csv(f"{plink2('--make-king-table')}.kin0", sep="\t", dtype={"IID1": str, "IID2": str})
    ours = kinship_matrix(blocks_of(_autosomes(people), 700))[_kinship_by_pair(table, people.samples)]
    assert len(table) == people.n_samples * (people.n_samples - 1) / 2
    np.testing.assert_allclose(ours, table["KINSHIP"], rtol=6e-6, atol=1e-9)  # six digits are printed


def test_kinship_of_real_people_is_plink2s(shared, plink2, tmp_path):
    prefix = shared / "data/regenie_example/example"
    people, _ = read_plink(*(f"{prefix}{suffix}" for suffix in (".bed", ".bim", ".fam")))
    table = pd.read_csv(f"{plink2('--make-king-table', files=prefix)}.kin0", sep="\t", dtype={"IID1": str, "IID2": str})
    ours = kinship_matrix(blocks_of(people))[_kinship_by_pair(table, people.samples)]
    np.testing.assert_allclose(ours, table["KINSHIP"], rtol=6e-6, atol=1e-9)


def test_components_are_plink2s(people, plink2):
    stem = plink2("--pca", "5", "meanimpute")
    vectors = pd.read_csv(f"{stem}.eigenvec", sep="\t").filter(like="PC").to_numpy()
    found = principal_components(blocks_of(_autosomes(people), 700), 5)
    assert subspace_angles(found.scores, vectors).max() < 1e-4
    lengths = np.linalg.norm(found.scores, axis=0)
    np.testing.assert_allclose(np.abs((found.scores / lengths * vectors).sum(axis=0)), 1, atol=1e-5)
    np.testing.assert_allclose(lengths**2, np.loadtxt(f"{stem}.eigenval"), rtol=1e-5)


def test_inbreeding_is_plink2s(people, plink2):
    table = pd.read_csv(f"{plink2('--het')}.het", sep="\t")
    np.testing.assert_allclose(person_figures(blocks_of(people))["inbreeding"], table["F"], rtol=1e-4, atol=1e-6)
