"""One cohort in many formats: the same people, variants and dosages from each, counted alleles included."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from gtl.formats.genotype_parquet import read_genotypes
from gtl.formats.genotype_source import open_genotypes
from gtl.prepare.imported import import_chromosome
from tests.unit.formats.sources.conftest import content


@pytest.fixture(scope="module")
def regenie(shared):
    return shared / "data/regenie_example"


@pytest.fixture(scope="module")
def thousand(shared):
    return shared / "data/pgscatalog_fixtures"


@pytest.mark.parametrize(("name", "counted"), [("pgen", None), ("bgen", "first"), ("bgen", "last"), ("bgen", None)])
def test_one_chromosome_in_three_formats(regenie, name, counted):
    expected = content(open_genotypes(f"{regenie}/example.bed"))
    found = content(open_genotypes(f"{regenie}/example.{name}", counted=counted))
    assert found.keys == expected.keys
    assert len(found.keys) == 1000
    np.testing.assert_array_equal(found.dosages, expected.dosages)


@pytest.mark.parametrize("name", ["example_3chr.bgen", "example_3chr_zstd.bgen"])
def test_three_chromosomes_with_a_sample_file(regenie, name):
    bed = open_genotypes(f"{regenie}/example_3chr.bed")
    bgen = open_genotypes(f"{regenie}/{name}", samples=f"{regenie}/example_3chr.sample")
    assert bgen.chromosomes() == bed.chromosomes() == ("1", "2", "3")
    assert bgen.samples.ids.tolist() == bed.samples.ids.tolist()
    expected, found = content(bed), content(bgen)
    assert found.keys == expected.keys
    np.testing.assert_array_equal(found.dosages, expected.dosages)


def test_every_format_gives_the_same_parquet(regenie, tmp_path):
    # plink2 wrote the .bgen with REF (.pvar) last, so that its first allele is the one that .bed and .pgen count.
    files = {}
    for name in ("bed", "pgen", "bgen"):
        source = open_genotypes(f"{regenie}/example.{name}", counted="first")
        found = import_chromosome(source, "1", tmp_path / f"{name}.parquet")
        files[name] = read_genotypes(tmp_path / f"{name}.parquet")
        assert not found.imputed
    for name in ("pgen", "bgen"):
        stored, of_bed = (pq.read_table(tmp_path / f"{form}.parquet") for form in (name, "bed"))
        assert stored.equals(of_bed)
        assert files[name].dosages.dtype == np.int8
        np.testing.assert_array_equal(files[name].dosages, files["bed"].dosages)
        for column in ("chrom", "pos", "rsid", "ref", "alt"):
            assert getattr(files[name].variants, column).tolist() == getattr(files["bed"].variants, column).tolist()


@pytest.mark.parametrize("kind", ["phased", "unphased"])
def test_real_people_as_vcf_and_bgen(thousand, kind):
    vcf, bgen = (open_genotypes(f"{thousand}/tiny1000G{end}") for end in (".vcf.gz", f"_{kind}.bgen"))
    assert vcf.samples.ids.tolist() == bgen.samples.ids.tolist()
    assert vcf.chromosomes() == bgen.chromosomes()
    expected, found = content(vcf), content(bgen)
    assert found.keys == expected.keys
    # The .bgen itself has other genotypes for the last woman on X, as plink2 shows, too.
    others = np.argwhere(found.dosages != expected.dosages)
    assert {column for _, column in others} == {3201}
    assert {expected.keys[row].split(":")[0] for row, _ in others} == {"X"}
    assert len(others) == 21


def test_men_have_two_of_an_allele_on_x_in_both(thousand):
    vcf = open_genotypes(f"{thousand}/tiny1000G.vcf.gz")
    men = open_genotypes(f"{thousand}/tiny1000G_phased.bgen", samples=f"{thousand}/tiny1000G.sample").samples.sex == 1
    for source in (vcf, open_genotypes(f"{thousand}/tiny1000G_phased.bgen")):
        dosages = np.concatenate([block.dosages for block in source.blocks("X")])
        assert np.isin(dosages[:, men], (0, 2)).all()
        assert (dosages[:, ~men] == 1).any()


def test_missing_genotypes_of_a_bgen(thousand):
    full = content(open_genotypes(f"{thousand}/tiny1000G.vcf.gz"))
    part = content(open_genotypes(f"{thousand}/tiny1000G_missing.bgen"))
    expected = full.dosages[[full.keys.index(key) for key in part.keys]]
    missing = np.isnan(part.dosages)
    assert 0.29 < missing.mean() < 0.31
    np.testing.assert_array_equal(part.dosages[~missing], expected[~missing])


def test_sex_of_each_format(regenie, thousand):
    assert set(open_genotypes(f"{regenie}/example.bed").samples.sex) == {2}
    assert set(open_genotypes(f"{regenie}/example.pgen").samples.sex) == {0}  # NA in the .psam
    samples = open_genotypes(f"{thousand}/tiny1000G.vcf.gz").samples
    assert set(samples.sex) == {0}
    listed = open_genotypes(f"{thousand}/tiny1000G_phased.bgen", samples=f"{thousand}/tiny1000G.sample").samples
    assert listed.sex[:3].tolist() == [1, 2, 2]
    assert listed.ids.tolist() == samples.ids.tolist()


@pytest.mark.parametrize("name", ["example.bed", "example.pgen", "example.bgen", "example_3chr.bed"])
def test_the_variants_that_somebody_wants_are_those_of_a_whole_pass(regenie, name):
    blocks = list(open_genotypes(f"{regenie}/{name}").all_blocks())
    keys = np.concatenate([block.variants.keys() for block in blocks])
    rows = np.union1d(np.arange(0, len(keys), 7), [len(keys) - 1])
    wanted = {*keys[rows]}
    found = list(
        open_genotypes(f"{regenie}/{name}").blocks_with(
            lambda variants: np.array([row for row, key in enumerate(variants.keys()) if key in wanted], dtype=np.intp)
        )
    )
    assert np.concatenate([block.variants.keys() for block in found]).tolist() == keys[rows].tolist()
    expected = np.concatenate([block.dosages for block in blocks])[rows]
    np.testing.assert_array_equal(np.concatenate([block.dosages for block in found]), expected)
