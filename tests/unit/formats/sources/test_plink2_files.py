"""Files that plink2 and bcftools write of the same genotypes, and what these tools say of them."""

import shutil
import subprocess

import numpy as np
import pytest

from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.formats.genotype_source import open_genotypes
from tests.unit.formats.conftest import strings
from tests.unit.formats.sources.conftest import content, write_plink

DOSAGES = """##fileformat=VCFv4.2
##contig=<ID=7>
##FORMAT=<ID=DS,Number=1,Type=Float,Description="dosage">
##FORMAT=<ID=GT,Number=1,Type=String,Description="genotype">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tp1\tp2\tp3
7\t5\trs5\tA\tG\t.\t.\t.\tGT:DS\t0/0:0.25\t0/1:1\t./.:.
7\t9\trs9\tC\tT\t.\t.\t.\tGT:DS\t0/1:1\t1/1:1.75\t0/0:0
"""
EXPECTED = [[0.25, 1, np.nan], [1, 1.75, 0]]


@pytest.fixture(scope="module")
def plink2():
    path = shutil.which("plink2")
    if path is None:
        pytest.skip("plink2 is not on the path")
    return lambda *arguments: subprocess.run([path, *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture
def cohort():
    rng = np.random.default_rng(1)
    n = 70
    variants = Variants(
        np.array(["1"] * 50 + ["2"] * 20, dtype=object),
        np.arange(n) * 10 + 1,
        np.array([f"rs{row}" for row in range(n)], dtype=object),
        np.full(n, "A", object),
        np.full(n, "G", object),
    )
    samples = np.array([f"p{column}" for column in range(37)], dtype=object)
    return GenotypeMatrix(variants, samples, rng.integers(-1, 3, (n, 37)).astype(np.int8))


@pytest.mark.parametrize(
    ("export", "name"),
    [
        (["--make-pgen"], "y.pgen"),
        (["--make-pgen", "vzs"], "y.pgen"),
        (["--make-pgen", "vzs"], "y"),
        (["--export", "vcf"], "y.vcf"),
        (["--export", "vcf", "bgz"], "y.vcf.gz"),
        (["--export", "bgen-1.2", "bits=8"], "y.bgen"),
        (["--export", "bgen-1.2", "bits=16", "ref-first"], "y.bgen"),
        (["--export", "bgen-1.3"], "y.bgen"),
        (["--export", "bgen-1.1"], "y.bgen"),
        (["--export", "oxford"], "y.gen"),
        (["--export", "oxford", "bgz"], "y.gen.gz"),
    ],
)
def test_what_plink2_writes_is_read_back(plink2, cohort, tmp_path, export, name):
    bed = write_plink(cohort, tmp_path / "x")
    plink2("--bfile", bed.with_suffix(""), *export, "--out", tmp_path / "y")
    source = open_genotypes(str(tmp_path / name))
    assert source.chromosomes() == ("1", "2")
    assert [text.removeprefix("0_").split("_")[-1] for text in source.samples.ids] == cohort.samples.tolist()
    expected, found = content(open_genotypes(str(bed))), content(source)
    assert found.keys == expected.keys
    np.testing.assert_array_equal(found.dosages, expected.dosages)


@pytest.mark.parametrize("name", ["y.pgen", "y.bgen", "y.gen", "x.vcf"])
def test_dosages_stay_dosages(plink2, tmp_path, name):
    (tmp_path / "x.vcf").write_text(DOSAGES)
    plink2("--vcf", tmp_path / "x.vcf", "dosage=DS", "--make-pgen", "--out", tmp_path / "y")
    plink2("--pfile", tmp_path / "y", "--export", "bgen-1.2", "bits=16", "oxford", "--out", tmp_path / "y")
    source = open_genotypes(str(tmp_path / name), counted="first")
    assert source.imputed
    [block] = source.blocks("7")
    assert block.variants.alt.tolist() == (
        ["A", "C"] if name == "y.gen" and block.variants.alt[0] == "A" else ["G", "T"]
    )
    np.testing.assert_allclose(content(source).dosages, EXPECTED, atol=1e-4)


def test_multiallelic_variants_of_a_pgen_are_left_out(plink2, tmp_path):
    text = DOSAGES.replace("A\tG\t", "A\tG,T\t").replace("0/1:1\t./.", "0/2:1\t./.")
    (tmp_path / "x.vcf").write_text(text)
    plink2("--vcf", tmp_path / "x.vcf", "--make-pgen", "--out", tmp_path / "y")
    source = open_genotypes(str(tmp_path / "y.pgen"))
    [block] = source.blocks("7")
    assert (block.variants.rsid.tolist(), block.dosages.tolist()) == (["rs9"], [[1, 2, 0]])
    [left] = source.left_out
    assert (left.rsid, left.ref, left.alt, left.reason) == ("rs5", "A", "G,T", "more than one alternate allele")


@pytest.mark.parametrize("suffix", [".bcf", ".vcf.gz"])
@pytest.mark.parametrize("indexed", [True, False])
def test_bcftools_files_with_and_without_an_index(cohort, tmp_path, suffix, indexed):
    from gtl.formats.vcf import write_vcf

    bcftools = shutil.which("bcftools")
    if bcftools is None:
        pytest.skip("bcftools is not on the path")
    write_vcf(cohort, tmp_path / "x.vcf")
    path = tmp_path / f"y{suffix}"
    subprocess.run(
        [bcftools, "view", "-O", "b" if suffix == ".bcf" else "z", "-o", path, tmp_path / "x.vcf"], check=True
    )
    if indexed:
        subprocess.run([bcftools, "index", path], check=True)
    source = open_genotypes(str(path))
    assert source.chromosomes() == ("1", "2")
    blocks = [block for name in source.chromosomes() for block in source.blocks(name)]
    np.testing.assert_array_equal(np.concatenate([block.dosages for block in blocks]), cohort.dosages)
    assert strings(*blocks[1].variants.rsid).tolist() == cohort.variants.rsid[50:].tolist()


@pytest.mark.parametrize("suffix", [".bcf", ".vcf.gz"])
def test_contigs_that_only_the_header_names(tmp_path, suffix):
    bcftools = shutil.which("bcftools")
    if bcftools is None:
        pytest.skip("bcftools is not on the path")
    text = DOSAGES.replace("##contig=<ID=7>", "##contig=<ID=3>\n##contig=<ID=7>\n##contig=<ID=HLA-A*01:01>")
    (tmp_path / "x.vcf").write_text(text + "HLA-A*01:01\t9\trsH\tC\tT\t.\t.\t.\tGT:DS\t0/1:1\t1/1:1.75\t0/0:0\n")
    path = tmp_path / f"y{suffix}"
    subprocess.run(
        [bcftools, "view", "-O", "b" if suffix == ".bcf" else "z", "-o", path, tmp_path / "x.vcf"], check=True
    )
    subprocess.run([bcftools, "index", path], check=True)
    source = open_genotypes(str(path))
    assert source.chromosomes() == ("7", "HLA-A*01:01")
    assert [block.variants.rsid.tolist() for block in source.blocks("HLA-A*01:01")] == [["rsH"]]
    assert [block.variants.rsid.tolist() for block in source.all_blocks()] == [["rs5", "rs9", "rsH"]]
