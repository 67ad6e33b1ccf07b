"""Files that the real HAPGEN2 and PhenotypeSimulator made, read by our readers."""

import io
import json

import pytest

from gtl.domain.genotypes import GenotypeMatrix
from gtl.formats.oxford import read_gen, read_sample, write_gen


@pytest.fixture
def controls(shared) -> GenotypeMatrix:
    prefix = shared / "reference/hapgen2/genotypes_hapgen.controls"
    return read_gen(f"{prefix}.gen", f"{prefix}.sample", "22")


def test_reads_all_people_and_snps(controls):
    assert controls.dosages.shape == (1000, 100)
    assert controls.samples[0] == "id1_0"
    assert controls.variants.rsid[:2].tolist() == ["rs10399749", "rs4030303"]


def test_counts_the_allele_that_phenotype_simulator_counts(shared, controls):
    truth = json.loads((shared / "reference/phenotypesimulator/golden/hapgen.json").read_text())
    assert controls.dosages.sum(axis=1).tolist() == truth["dosage_colsum"]


def test_writes_the_same_bytes_as_hapgen2(shared, controls):
    file = io.BytesIO()
    write_gen(controls, file)
    assert file.getvalue() == (shared / "reference/hapgen2/genotypes_hapgen.controls.gen").read_bytes()


def test_reads_sample_files_of_cases_and_controls(shared):
    controls = read_sample(shared / "reference/hapgen2/genotypes_hapgen.controls.sample")
    cases = read_sample(shared / "reference/hapgen2/genotypes_hapgen.cases.sample")
    assert (len(controls.samples), len(cases.samples)) == (100, 0)
    assert controls.case is not None
    assert not controls.case.any()
