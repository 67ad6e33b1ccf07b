"""Tiny files of every format, by hand: the same study, of which the first variant is read the same from all."""

import gzip

import numpy as np
import pyarrow as pa
import pytest

from gtl.errors import InputError
from gtl.prepare.summary_statistics import read_statistics
from tests.unit.prepare.statistics_files import BETA, FILES, FREQUENCY, IDS, LOG10P, REGENIE, SE, SSF, N, write


@pytest.mark.parametrize("separator", ["\t", " ", ",", "   "])
@pytest.mark.parametrize("form", FILES)
def test_every_format_says_the_same(form, separator, tmp_path):
    header, row, has_n, has_frequency, placed = FILES[form]
    found = read_statistics(str(write(tmp_path, header, row, separator=separator)))
    stats, variants = found.stats, found.stats.variants
    assert (found.header.format, len(stats), found.lost, found.placed) == (form, 1, {}, placed)
    assert (variants.alt[0], variants.ref[0]) == ("A", "G")
    assert (variants.chrom[0], variants.pos[0]) == (("21", 500) if placed else ("0", 0))
    assert variants.rsid[0] == IDS.get(form, "rs1")
    np.testing.assert_allclose([stats.beta[0], stats.se[0]], [BETA, SE], rtol=1e-6)
    np.testing.assert_allclose(stats.neg_log10_p, LOG10P, rtol=1e-6)
    np.testing.assert_array_equal(stats.n, N if has_n else np.nan)
    np.testing.assert_allclose(stats.frequency, FREQUENCY if has_frequency else np.nan, rtol=1e-12)


def test_z_and_n_are_effects_of_scaled_genotypes_without_a_frequency(tmp_path):
    path = write(tmp_path, "SNP A1 A2 Z N", "rs1 A G 4 39984")
    found = read_statistics(str(path))
    assert found.header.format == "LDSC munged or SDPRX"
    assert not found.stats.per_allele
    np.testing.assert_allclose([found.stats.se[0], found.stats.beta[0]], [1 / 200, 4 / 200])


def test_z_n_and_frequency_are_effects_of_an_allele(tmp_path):
    path = write(tmp_path, "SNP A1 A2 Z N FRQ", "rs1 A G 4 39984 0.5", "rs2 A G 4 39984 NA")
    found = read_statistics(str(path))
    assert found.stats.per_allele
    np.testing.assert_allclose(found.stats.se, [1 / np.sqrt(0.5 * 40_000)])
    assert found.lost == {"without an effect": 1}


def test_metal_by_sample_size_has_z_and_weights(tmp_path):
    header = "MarkerName Allele1 Allele2 Freq1 FreqSE Weight Zscore P-value Direction"
    found = read_statistics(str(write(tmp_path, header, "rs1 a g 0.5 0.01 39984 4 6.334248e-05 ++")))
    assert (found.header.format, found.stats.n.tolist(), found.placed) == ("METAL", [39984], False)
    np.testing.assert_allclose(found.stats.beta, 4 / np.sqrt(0.5 * 40_000))


def test_log_odds_of_plink_count_whichever_allele_was_tested(tmp_path):
    header = "#CHROM POS ID REF ALT A1 OMITTED TEST OBS_CT OR LOG(OR)_SE Z_STAT P ERRCODE"
    rows = ["21 5 rs1 G A A G ADD 100 2 0.2 3.46 0.0005 .", "21 6 rs2 G A G A ADD 100 0.5 0.2 -3.46 0.0005 ."]
    bad = ["21 7 rs3 G A A G ADD 100 2 0.2 3.46 0.0005 UNFINISHED", "21 8 rs4 G A A G SEX 100 2 0.2 3.46 0.0005 ."]
    found = read_statistics(str(write(tmp_path, header, *rows, *bad)))
    assert found.stats.variants.alt.tolist() == ["A", "G"]
    assert found.stats.variants.ref.tolist() == ["G", "A"]
    np.testing.assert_allclose(found.stats.beta, np.log([2, 0.5]))
    np.testing.assert_allclose(found.stats.se, 0.2)
    assert found.lost == {"whose test failed": 1, "of a test other than the additive one": 1}


def test_cases_of_regenie_and_saige_make_effective_numbers(tmp_path):
    regenie = REGENIE.replace("INFO N", "INFO N N_CASES N_CONTROLS")
    row = "21 500 rs1 G A 0.3 1 10000 1000 9000 ADD 0.2 0.05 16 4.198305 NA"
    failed = "21 501 rs2 G A 0.3 1 10000 1000 9000 ADD 0.2 0.05 16 NA TEST_FAIL"
    found = read_statistics(str(write(tmp_path, regenie, row, failed)))
    assert (found.stats.n.tolist(), found.lost) == ([3600], {"whose test failed": 1})
    saige = "CHR POS MarkerID Allele1 Allele2 AC_Allele2 AF_Allele2 BETA SE Tstat p.value N_case N_ctrl"
    found = read_statistics(str(write(tmp_path, saige, "21 500 rs1 G A 24 0.3 0.2 0.05 4 6.334248e-05 1000 9000")))
    assert found.stats.n.tolist() == [3600]


def test_several_populations_are_not_chosen_among(tmp_path):
    header = "chr pos ref alt beta_EUR se_EUR neglog10_pval_EUR beta_AFR se_AFR neglog10_pval_AFR"
    path = str(write(tmp_path, header, "21 500 G A 0.2 0.05 4.198305 -0.1 0.5 0.1"))
    with pytest.raises(InputError, match=r"effects of several populations \('beta_AFR', 'beta_EUR'\); choose"):
        read_statistics(path)
    found = read_statistics(path, {"beta": "beta_EUR"})
    assert (found.stats.beta.tolist(), found.stats.se.tolist(), found.stats.variants.alt[0]) == ([0.2], [0.05], "A")


@pytest.mark.parametrize(
    ("header", "row", "message", "chosen"),
    [
        (
            "chr rsid pos a_0 a_1 af info ht_beta ht_se ht_t ht-log10p bmi_beta bmi_se bmi_t bmi-log10p",
            "21 rs1 500 G A 0.3 1 -0.9 0.5 -1.8 1 0.2 0.05 4 4.198305",
            r"several traits \('bmi_beta', 'ht_beta'\); choose one, as in --columns beta=ht_beta",
            "bmi_beta",
        ),
        (
            "SNP effect_allele.exposure other_allele.exposure effect_allele.outcome other_allele.outcome beta.exposure "
            "beta.outcome se.exposure se.outcome mr_keep",
            "rs1 A G A G 0.2 -0.9 0.05 0.5 TRUE",
            "several traits .*'beta.exposure', 'beta.outcome'",
            "beta.exposure",
        ),
    ],
)
def test_several_traits_are_not_chosen_among(header, row, message, chosen, tmp_path):
    path = str(write(tmp_path, header, row))
    with pytest.raises(InputError, match=message):
        read_statistics(path)
    found = read_statistics(path, {"beta": chosen})
    assert (found.stats.beta.tolist(), found.stats.se.tolist()) == ([0.2], [0.05])
    assert (found.stats.variants.alt[0], found.stats.variants.ref[0]) == ("A", "G")


def test_hail_s_places_and_lists_of_alleles(tmp_path):
    header = "locus alleles n sum_x y_transpose_x beta standard_error t_stat p_value"
    rows = [
        '21:500 ["G","A"] 40000 24000 1 0.2 0.05 4 6.334248e-05',
        'chrX:600 ["C","CT"] 40000 24000 1 -0.2 0.05 -4 6.334248e-05',
        '21:700 ["G","A","T"] 40000 24000 1 0.2 0.05 4 6.334248e-05',
    ]
    found = read_statistics(str(write(tmp_path, header, *rows)))
    variants = found.stats.variants
    assert (found.header.format, found.placed) == ("hail", True)
    assert [*zip(variants.chrom, variants.pos.tolist(), variants.ref, variants.alt, strict=True)] == [
        ("21", 500, "G", "A"),
        ("X", 600, "C", "CT"),
    ]
    assert (found.stats.beta.tolist(), found.stats.n.tolist()) == ([0.2, -0.2], [N, N])
    assert found.lost == {"without two alleles": 1}


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("CHR SNP BP A1 TEST NMISS BETA STAT P", "21 rs1 500 A ADD 40000 0.2 4 6.334248e-05"),
        (
            "CHR SNP BP A1 TEST NMISS OR SE L95 U95 STAT P",
            "21 rs1 500 A ADD 40000 1.2214027581602 0.05 1.1 1.3 4 6.3e-05",
        ),
    ],
)
def test_plink_1_9_names_the_effect_allele_alone(header, row, tmp_path):
    of_covariate = row.replace("ADD", "AGE").replace("rs1", "rs2")
    found = read_statistics(str(write(tmp_path, header, row, of_covariate)))
    assert (found.stats.variants.alt.tolist(), found.stats.variants.ref.tolist()) == (["A"], [""])
    np.testing.assert_allclose([found.stats.beta[0], found.stats.se[0], found.stats.n[0]], [BETA, SE, N], rtol=1e-6)
    assert found.lost == {"of a test other than the additive one": 1}
    assert "names no other alleles" in found.notes[-1]


def test_cases_and_controls_in_the_names_of_columns(tmp_path):
    header = "CHR SNP BP A1 A2 FRQ_A_1000 FRQ_U_9000 INFO OR SE P"
    found = read_statistics(str(write(tmp_path, header, "21 rs1 500 A G 0.3 0.3 1 1.2 0.05 0.01")))
    assert (found.stats.n.tolist(), found.log_odds) == ([3600], True)


def test_the_other_allele_is_not_told_by_alleles_that_are_not_tested(tmp_path):
    rows = ["rs1 21 5 G A A 0.2 0.05", "rs2 21 6 G C A 0.2 0.05"]
    found = read_statistics(str(write(tmp_path, "rsid chr pos ref alt effect_allele beta se", *rows)))
    assert found.stats.variants.keys().tolist() == ["21:5:A:G"]
    assert found.lost == {"without two alleles": 1}


@pytest.mark.parametrize("kind", ["plain", "gzip", "zst", "CRLF"])
def test_compressed_files_are_known_by_their_bytes(kind, tmp_path):
    header, row, *_ = FILES["fastGWA"]
    path = write(tmp_path, header, row)
    text = path.read_bytes()
    if kind == "gzip":
        path.write_bytes(gzip.compress(text[:20]) + gzip.compress(text[20:]))  # members, as bgzip has them
    elif kind == "zst":
        path.write_bytes(pa.compress(text, "zstd", asbytes=True))
    elif kind == "CRLF":
        path.write_bytes(text.replace(b"\n", b"\r\n"))
    np.testing.assert_array_equal(read_statistics(str(path)).stats.beta, [BETA])


def test_one_file_a_chromosome(tmp_path):
    header, row, *_ = FILES["fastGWA"]
    write(tmp_path, header, row, name="gwas_chr21.txt")
    write(tmp_path, header, row.replace("21", "9", 1), name="gwas_chr9.txt")
    found = read_statistics(str(tmp_path / "gwas_chr{chrom}.txt"))
    assert found.stats.variants.chrom.tolist() == ["9", "21"]


def test_metadata_says_build_people_and_how_positions_are_counted(tmp_path):
    path = write(tmp_path, SSF, "21 500 A G 0.2 0.05 0.3 0.1", name="x.tsv")
    samples = "samples:\n  - {sample_size: 10, case_count: 4, control_count: 6}\n  - {sample_size: 10, case_count: 1, "
    text = f"genome_assembly: hg19\ncoordinate_system: 0-based\n{samples}control_count: 9}}\n"
    (tmp_path / "x.tsv-meta.yaml").write_text(text)
    found = read_statistics(str(path))
    assert (found.build, found.stats.variants.pos.tolist()) == ("GRCh37", [501])
    assert found.stats.n.tolist() == [15]  # 4 / (1/5 + 1/15)
    assert "positions are counted from 0: 1 was added" in found.notes


def test_files_of_the_harmoniser_lie_where_its_metadata_counts_from(shared):
    """The same variants in both, counted from 0 in the one and from 1 in the other."""
    folder = shared / "data/gwas_ssf/harmoniser_test_data"
    from_zero, from_one = (read_statistics(str(folder / f"GCST{start}.tsv")) for start in (0, 1))
    assert from_zero.stats.variants.pos[[0, 2, 3]].tolist() == from_one.stats.variants.pos[[0, 2, 3]].tolist()
    assert from_one.stats.n.tolist() == [281_104] * 4
    assert from_one.stats.beta.tolist() == [0.1, 0.1, -0.1, -0.1]


FIGURES = "0.2 0.05 0.3 6.334248e-05"


@pytest.mark.parametrize(
    ("header", "places"),
    [
        (f"{SSF} variant_id", ["21 500 A G", "NA NA A G", "#NA #NA G NA", "21 NA a g", "NA NA A G"]),
        (f"effect_allele other_allele {SSF.split(' ', 4)[-1]} variant_id", ["A G", "A G", "G NA", "A G", "A G"]),
        (f"{SSF} rsid variant_id", ["21 500 A G", "NA NA A G", "NA NA G NA", "21 NA A G", "NA NA A G"]),
    ],
)
def test_a_variant_id_says_what_places_and_alleles_do_not(header, places, tmp_path):
    names = ["21_500_G_A", "21_14522_A_G", "chr21_14523_A_G", "21:14524:G:A", "21_14525_C_T"]
    middle = " NA" if " rsid " in header else ""
    rows = [f"{place} {FIGURES}{middle} {name}" for place, name in zip(places, names, strict=True)]
    found = read_statistics(str(write(tmp_path, header, *rows)))
    variants = found.stats.variants
    assert found.placed
    # the last one's alleles are not those of its id, so nothing is taken from there
    assert variants.pos.tolist()[:4] == [500, 14522, 14523, 14524]
    assert {*variants.chrom[:4]} == {"21"}
    assert variants.alt.tolist()[:4] == ["A", "A", "G", "A"]
    assert variants.ref.tolist()[:4] == ["G", "G", "A", "G"]


def test_a_variant_id_stands_for_the_column_of_the_other_allele(tmp_path):
    header = f"chromosome base_pair_location effect_allele {SSF.split(' ', 4)[-1]} variant_id"
    rows = [f"21 500 A {FIGURES} 21_500_G_A", f"21 501 A {FIGURES} rs5"]
    found = read_statistics(str(write(tmp_path, header, *rows)))
    assert (found.stats.variants.ref.tolist(), found.stats.variants.alt.tolist()) == (["G", ""], ["A", "A"])
    assert "names no other alleles" in found.notes[-1]
