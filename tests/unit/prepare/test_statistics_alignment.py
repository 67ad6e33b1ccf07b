"""Statistics written as a file and aligned to a study's variants; truths by hand."""

import gzip

import numpy as np
import pandas as pd
import pytest

from gtl.domain.genotypes import Variants
from gtl.formats.chain_file import ChainFile
from gtl.prepare.lifted_files import lift_statistics
from gtl.prepare.statistics_alignment import align_statistics
from gtl.prepare.summary_statistics import read_statistics

STUDY = pd.DataFrame(
    [
        ("21", 100, "rs1", "A", "G", 0.2),
        ("21", 200, "rs2", "A", "G", 0.3),
        ("21", 300, "rs3", "A", "C", 0.4),
        ("21", 400, "rs4", "A", "T", 0.1),
        ("21", 500, "rs5", "A", "T", 0.45),
        ("21", 600, "rs6", "C", "T", 0.45),
        ("22", 100, "rs7", "C", "T", 0.25),
    ],
    columns=["chrom", "pos", "rsid", "ref", "alt", "frequency"],
)
FILE = pd.DataFrame(
    [
        (22, 100, "rs7", "T", "C", 0.26, 0.7, 0.1, 70),
        (21, 100, "rs1", "G", "A", 0.21, 0.1, 0.1, 10),
        (21, 200, "rs2", "A", "G", 0.71, 0.2, 0.1, 20),
        (21, 300, "rs3", "T", "G", 0.61, 0.3, 0.1, 30),
        (21, 400, "rs4", "A", "T", 0.91, 0.4, 0.1, 40),
        (21, 500, "rs5", "A", "T", 0.55, 0.5, 0.1, 50),
        (21, 600, "rs6", "C", "A", 0.50, 0.6, 0.1, 60),
        (21, 999, "rs9", "C", "A", 0.50, 0.6, 0.1, 60),
        (5, 5, "rs8", "C", "A", 0.50, 0.6, 0.1, 60),
        (5, 6, "rs0", "C", "A", 0.50, None, 0.1, 60),
    ],
    columns=[
        *("chromosome", "base_pair_location", "rsid", "effect_allele", "other_allele"),
        *("effect_allele_frequency", "beta", "standard_error", "n"),
    ],
)


def study(table=STUDY):
    words = {name: table[name].to_numpy(object) for name in ("chrom", "rsid", "ref", "alt")}
    return Variants(pos=table["pos"].to_numpy(np.int64), **words), table["frequency"].to_numpy()


@pytest.fixture
def aligned(tmp_path):
    def call(table=FILE, **options):
        path = tmp_path / "gwas.tsv"
        table.to_csv(path, sep="\t", index=False, na_rep="NA")
        return align_statistics(read_statistics(str(path)), *study(), **options)

    return call


def test_effects_are_of_the_studys_counted_allele(aligned):
    """rs3 was read from the other strand and swapped; A/T is told by frequency at rs4, not at rs5; rs6 is another."""
    found = aligned()
    nan = np.nan
    np.testing.assert_allclose(found.beta, [0.1, -0.2, -0.3, -0.4, nan, nan, 0.7])
    np.testing.assert_allclose(found.z, [1, -2, -3, -4, nan, nan, 7])
    np.testing.assert_allclose(found.se, [0.1, 0.1, 0.1, 0.1, nan, nan, 0.1])
    np.testing.assert_allclose(found.n, [10, 20, 30, 40, nan, nan, 70])
    np.testing.assert_allclose(found.frequency, [0.21, 0.29, 0.39, 0.09, nan, nan, 0.26])
    np.testing.assert_allclose(found.neg_log10_p[:2], [0.498516, 1.341986], atol=1e-6)
    assert found.known.tolist() == [True, True, True, True, False, False, True]


def test_the_funnel_says_what_was_lost_where(aligned):
    assert aligned().funnel.values.tolist() == [
        ["statistics", "read", "", 10],
        ["statistics", "usable", "without an effect", 1],
        ["statistics", "usable", "", 9],
        ["statistics", "matched", "with other alleles in the reference", 1],
        ["statistics", "matched", "not in the reference", 1],
        ["statistics", "matched", "on a chromosome that the reference lacks", 1],
        ["statistics", "matched", "", 6],
        ["statistics", "kept", "A/T or C/G with alleles swapped: the strand is unknown", 1],
        ["statistics", "kept", "", 5],
    ]


def test_one_strand_by_word_of_the_user(aligned):
    found = aligned(same_strand=True)
    np.testing.assert_allclose(found.beta[3:5], [-0.4, -0.5])
    np.testing.assert_allclose(found.frequency[3:5], [0.09, 0.45])


def test_ids_alone_find_their_places(aligned):
    found = aligned(FILE.drop(columns=["chromosome", "base_pair_location"]))
    np.testing.assert_allclose(found.beta[[0, 1, 2, 6]], [0.1, -0.2, -0.3, 0.7])
    assert found.funnel["variants"].iloc[-1] == 5


def test_effects_of_scaled_genotypes_become_those_of_alleles(aligned):
    """Z and N without frequencies: Z / sqrt(N) a standard deviation of genotypes, sqrt(2 0.2 0.8) at rs1."""
    table = FILE.dropna().assign(z=FILE["beta"] * 10, n=1e6).drop(columns=["effect_allele_frequency", "beta"])
    found = aligned(table.drop(columns="standard_error"))
    np.testing.assert_allclose(found.z[:2], [1, -2])
    np.testing.assert_allclose(found.beta[0], 1e-3 / np.sqrt(0.32), rtol=1e-4)
    np.testing.assert_allclose(found.beta[:2] / found.se[:2], [1, -2])


def test_no_variant_in_common_is_no_crash(aligned):
    found = aligned(FILE.assign(chromosome=3, rsid="."))
    assert not found.known.any()
    assert found.funnel["variants"].iloc[-1] == 0
    assert any(check.name == "variants in the reference" and check.advice for check in found.checks)


def test_every_outcome_of_the_harmoniser_is_as_named(shared):
    """Its test input, lifted over, beside its reference VCF: 0.1 for ``alt``, on either strand and flipped."""
    folder = shared / "data/gwas_ssf/harmoniser_test_data"
    chain = ChainFile.read(shared / "data/pgscatalog_fixtures/core/chain/hg19ToHg38.over.chain.gz")
    found = lift_statistics(read_statistics(str(folder / "GCST0.tsv")), chain)
    sites = [
        line.split("\t")[:5]
        for chrom in ("1", "22")
        for line in gzip.decompress((folder / f"homo_sapiens-chr{chrom}.vcf.gz").read_bytes()).decode().splitlines()
        if not line.startswith("#") and "," not in line.split("\t")[4]
    ]
    table = pd.DataFrame(sites, columns=["chrom", "pos", "rsid", "ref", "alt"]).astype({"pos": int})
    aligned = align_statistics(found, *study(table.assign(frequency=np.nan)))
    table = table.assign(beta=aligned.beta, frequency=aligned.frequency).set_index("rsid")
    named = ["rs12238997", "rs1469404497", "rs1014128468", "rs376238049"]
    np.testing.assert_allclose(table.loc[named, "beta"], 0.1)
    np.testing.assert_allclose(table.loc[named, "frequency"], 0.3)
    assert table["beta"].notna().sum() == 4


def test_an_id_of_several_alleles_at_one_place_is_at_that_place(tmp_path):
    split = pd.concat([STUDY, STUDY.iloc[[0]].assign(alt="C")], ignore_index=True)
    path = tmp_path / "gwas.tsv"
    path.write_text("rsid effect_allele other_allele beta se n\nrs1 G A 0.1 0.1 10\nrs1 C A 0.3 0.1 10\n")
    found = align_statistics(read_statistics(str(path)), *study(split))
    assert found.beta[[0, -1]].tolist() == [0.1, 0.3]


def test_a_chromosome_that_the_statistics_lack_is_named(aligned):
    [check] = [check for check in aligned(FILE[FILE["chromosome"] != 22]).checks if "reference" in check.name][:1]
    assert check.advice.startswith("nothing of chromosome 22, of which the reference has 1 variants: is a file")
    assert "nothing of" not in aligned().checks[0].advice


def test_ids_alone_that_no_variant_has_are_said_with_what_to_do(tmp_path):
    path = tmp_path / "gwas.tsv"
    path.write_text("rsid effect_allele other_allele beta se n\nrs1 G A 0.1 0.1 10\n")
    found = align_statistics(read_statistics(str(path)), *study(STUDY.assign(rsid=".")))
    [check] = [check for check in found.checks if check.name == "variants in the reference"]
    assert "has ids alone (such as rs1) and no positions, and the genotypes have no ids" in check.advice
    assert "bcftools annotate -c ID" in check.advice


def test_other_alleles_that_a_file_lacks_are_the_reference_s(tmp_path):
    """A is rs1's ref and T the complement of rs2's; rs3 has no AT, and at rs7's place C is of two variants."""
    split = pd.concat([STUDY, STUDY.iloc[[6]].assign(ref="C", alt="G")], ignore_index=True)
    path = tmp_path / "gwas.tsv"
    rows = ["21 100 A 0.1", "21 200 C 0.2", "21 300 AT 0.3", "22 100 C 0.7", "21 999 A 0.9"]
    text = "\n".join(["chromosome base_pair_location effect_allele beta se n", *(f"{row} 0.1 10" for row in rows)])
    path.write_text(f"{text}\n")
    found = align_statistics(read_statistics(str(path)), *study(split))
    np.testing.assert_array_equal(found.beta, [-0.1, 0.2, *[np.nan] * 6])
    lost = found.funnel.query("reason != ''").set_index("reason")["variants"].to_dict()
    untold = "without an other allele, and not told by one variant of the reference"
    assert lost == {untold: 2, "the alleles are others than expected": 1}
