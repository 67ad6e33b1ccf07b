"""Tiny files of every format, by hand: the same study, of which the first variant is read the same from all."""

import gzip
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from gtl.errors import InputError
from gtl.prepare.statistics_people import People
from gtl.prepare.summary_statistics import read_statistics

# Effect allele A of rs1 (21:500 A/G): beta 0.2, SE 0.05, p 6.334e-5, 40,000 people, frequency 0.3.
BETA, SE, P, LOG10P = 0.2, 0.05, 6.334248e-05, 4.198305
N, FREQUENCY = 40_000.0, 0.3

SSF = "chromosome base_pair_location effect_allele other_allele beta standard_error effect_allele_frequency p_value"
OLD = (
    "hm_variant_id hm_rsid hm_chrom hm_pos hm_other_allele hm_effect_allele hm_beta hm_odds_ratio hm_ci_lower "
    "hm_ci_upper hm_effect_allele_frequency hm_code chromosome base_pair_location effect_allele other_allele beta "
    "standard_error p_value variant_id"
)
GLM = "#CHROM POS ID REF ALT A1 A1_FREQ TEST OBS_CT BETA SE T_STAT P ERRCODE"
REGENIE = "CHROM GENPOS ID ALLELE0 ALLELE1 A1FREQ INFO N TEST BETA SE CHISQ LOG10P EXTRA"
SAIGE = "CHR POS MarkerID Allele1 Allele2 AC_Allele2 AF_Allele2 imputationInfo N BETA SE Tstat p.value"

# format, header, row, figures that the file has (n, frequency), whether it has places
FILES = {
    "GWAS-SSF": (f"{SSF} rsid n", "21 500 A G 0.2 0.05 0.3 6.334248E-05 rs1 40000", True, True, True),
    "GWAS Catalog, harmonised": (
        f"{SSF} hm_coordinate_conversion hm_code rsid n",
        "21 500 A G 0.2 0.05 0.3 6.334248e-05 lo 10 rs1 40000",
        True,
        True,
        True,
    ),
    "GWAS Catalog, harmonised before 2023": (
        OLD,
        "21_500_G_A rs1 21 500 G A 0.2 NA NA NA 0.3 11 20 777 G A -0.2 0.05 6.334248e-05 rs7",
        False,
        True,
        True,
    ),
    "PLINK 2 .glm": (GLM, "21 500 rs1 A G A 0.3 ADD 40000 0.2 0.05 4 6.334248e-05 .", True, True, True),
    "regenie": (REGENIE, "21 500 rs1 G A 0.3 1 40000 ADD 0.2 0.05 16 4.198305 NA", True, True, True),
    "SAIGE": (SAIGE, "21 500 rs1 G A 24000 0.3 1 40000 0.2 0.05 4 6.334248e-05", True, True, True),
    "fastGWA": (
        "CHR SNP POS A1 A2 N AF1 BETA SE P",
        "21 rs1 500 A G 40000 0.3 0.2 0.05 6.334248e-05",
        True,
        True,
        True,
    ),
    "COJO .ma or MLMA": ("SNP A1 A2 freq b se p N", "rs1 A G 0.3 0.2 0.05 6.334248e-05 40000", True, True, False),
    "METAL": (
        "MarkerName Allele1 Allele2 Freq1 FreqSE Effect StdErr P-value Direction",
        "chr21:500:g:a a g 0.3 0.01 0.2 0.05 6.334248e-05 ++",
        False,
        True,
        True,
    ),
    "PRS-CS": ("SNP A1 A2 BETA P", "rs1 A G 0.2 6.334248e-05", False, False, False),
    # GENPOS is in Morgans here, in base pairs in regenie's files
    "BOLT-LMM": (
        "SNP CHR BP GENPOS ALLELE1 ALLELE0 A1FREQ INFO CHISQ_LINREG P_LINREG BETA SE P_BOLT_LMM_INF P_BOLT_LMM",
        "rs1 21 500 0.0012 A G 0.3 1 9 0.003 0.2 0.05 7e-05 6.334248e-05",
        False,
        True,
        True,
    ),
    "FinnGen": (
        "#chrom pos ref alt rsids nearest_genes pval mlogp beta sebeta af_alt af_alt_cases af_alt_controls",
        "21 500 G A rs1 X 6.334248e-05 4.198305 0.2 0.05 0.3 0.31 0.29",
        False,
        True,
        True,
    ),
    # the effect is the second allele's, whichever is the minor one, whose frequency is given
    "UK Biobank, Neale lab": (
        "variant minor_allele minor_AF low_confidence_variant n_complete_samples AC ytx beta se tstat pval",
        "21:500:G:A G 0.7 false 40000 24000 9 0.2 0.05 4 6.334248e-05",
        True,
        True,
        True,
    ),
    "Pan-UKB, EUR": (
        "chr pos ref alt af_EUR beta_EUR se_EUR neglog10_pval_EUR low_confidence_EUR",
        "21 500 G A 0.3 0.2 0.05 4.198305 false",
        False,
        True,
        True,
    ),
    "PGC daner": (
        "CHR SNP BP A1 A2 FRQ_A_9 FRQ_U_9 INFO OR SE P ngt Direction Nca Nco Neff_half",
        "chr21 rs1 500 A G 0.31 0.3 0.99 1.2214027581602 0.05 6.334248e-05 0 ++ 20000 20000 20000",
        True,
        True,
        True,
    ),
    "PGC, as VCF": (
        "CHROM ID POS A1 A2 FCAS FCON IMPINFO BETA SE PVAL NCAS NCON NEFF",
        "21 rs1 500 A G 0.31 0.3 0.99 0.2 0.05 6.334248e-05 20000 20000 20000",
        True,
        True,
        True,
    ),
    "PGC, older": (
        "hg19chrc snpid a1 a2 bp info or se p",
        "chr21 rs1 A G 500 1 1.2214027581602 0.05 6.334248e-05",
        False,
        False,
        True,
    ),
    # Z and N are those of the GWAS that went in
    "MTAG": (
        "SNP CHR BP A1 A2 Z N FRQ mtag_beta mtag_se mtag_z mtag_pval",
        "rs1 21 500 A G 3 40000 0.3 0.2 0.05 4 6.334248e-05",
        True,
        True,
        True,
    ),
    "GIANT": (
        "MarkerName Allele1 Allele2 Freq.Allele1.HapMapCEU b SE p N",
        "rs1 A G 0.3 0.2 0.05 6.334248e-05 40000",
        True,
        True,
        False,
    ),
    "GEMMA": (
        "chr rs ps n_miss allele1 allele0 af beta se logl_H1 l_remle p_wald",
        "21 rs1 500 0 A G 0.3 0.2 0.05 -1 0.5 6.334248e-05",
        False,
        True,
        True,
    ),
    "SNPTEST": (
        "alternate_ids rsid chromosome position alleleA alleleB all_total "
        "frequentist_add_pvalue frequentist_add_beta_1 frequentist_add_se_1",
        "x rs1 21 500 G A 40000 6.334248e-05 0.2 0.05",
        True,
        False,
        True,
    ),
    # its reference allele is the one that is counted
    "GWAMA": (
        "rs_number reference_allele other_allele eaf beta se beta_95L beta_95U z p-value n_studies n_samples effects",
        "rs1 A G 0.3 0.2 0.05 0.1 0.3 4 6.334248e-05 2 40000 ++",
        True,
        True,
        False,
    ),
    "bigsnpr or CT-SLEB": (
        "chr pos rsid a0 a1 beta beta_se n_eff p",
        "21 500 rs1 G A 0.2 0.05 40000 6.334248e-05",
        True,
        False,
        True,
    ),
    # the second allele is counted; columns have the trait's name before theirs
    "BGENIE, ht": (
        "chr rsid pos a_0 a_1 af info ht_beta ht_se ht_t ht-log10p",
        "21 rs1 500 G A 0.3 1 0.2 0.05 4 4.198305",
        False,
        True,
        True,
    ),
    "BGENIE": (
        "chr rsid pos a_0 a_1 af info beta se t -log10p",
        "21 rs1 500 G A 0.3 1 0.2 0.05 4 4.198305",
        False,
        True,
        True,
    ),
    "TwoSampleMR, exposure": (
        "SNP beta.exposure se.exposure effect_allele.exposure other_allele.exposure eaf.exposure pval.exposure "
        "samplesize.exposure exposure id.exposure",
        "rs1 0.2 0.05 A G 0.3 6.334248e-05 40000 x y",
        True,
        True,
        False,
    ),
    "TwoSampleMR, outcome": (
        "SNP chr pos beta.outcome se.outcome effect_allele.outcome other_allele.outcome eaf.outcome pval.outcome "
        "ncase.outcome ncontrol.outcome",
        "rs1 21 500 0.2 0.05 A G 0.3 6.334248e-05 20000 20000",
        True,
        True,
        True,
    ),
    "PLINK 1.9 .assoc": (
        "CHR SNP BP A1 F_A F_U A2 CHISQ P OR SE L95 U95",
        "21 rs1 500 A 0.31 0.3 G 16 6.334248e-05 1.2214027581602 0.05 1.1 1.3",
        False,
        True,
        True,
    ),
    # its N is the number of studies
    "PLINK 1.9 .meta": (
        "CHR BP SNP A1 A2 N P P(R) OR OR(R) Q I",
        "21 500 rs1 A G 2 6.334248e-05 0.1 1.2214027581602 1.3 0.5 0",
        False,
        False,
        True,
    ),
    "columns known by their names": (
        "SNP_ID chrom pos ref alt ea num_samples or P-value std_err",
        "rs1 21 500 A G A 40000 1.2214027581602 6.334248e-05 0.05",
        True,
        False,
        True,
    ),
}
IDS = {"METAL": "chr21:500:g:a", "UK Biobank, Neale lab": "21:500:G:A", "Pan-UKB, EUR": "21:500:G:A"}


def write(folder, header, *rows, name="statistics.txt", separator="\t"):
    path = Path(folder) / name
    path.write_text("".join(f"{separator.join(line.split(' '))}\n" for line in (header, *rows)))
    return path


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


def test_z_without_people_stops(tmp_path):
    path = write(tmp_path, "SNP A1 A2 Z", "rs1 A G 4")
    with pytest.raises(InputError, match="give --n"):
        read_statistics(str(path))
    np.testing.assert_array_equal(read_statistics(str(path), people=People(n=100)).stats.n, [100])


@pytest.mark.parametrize("scale", ["logarithm", "ratio"])
def test_the_scale_of_errors_of_odds_ratios_is_told_by_p(scale, tmp_path):
    # OR 2 and 0.25, standard errors of the log odds 0.2 and 0.4: Z 3.466 and 3.466.
    errors = {"logarithm": (0.2, 0.4), "ratio": (0.4, 0.1)}[scale]
    rows = [f"rs{row} A G {ratio} {se} 0.000529" for row, (ratio, se) in enumerate(zip((2, 0.25), errors, strict=True))]
    found = read_statistics(str(write(tmp_path, "SNP A1 A2 OR SE P", *rows)))
    np.testing.assert_allclose(found.stats.beta, np.log([2, 0.25]))
    np.testing.assert_allclose(found.stats.se, [0.2, 0.4])
    assert found.log_odds
    assert bool(found.notes) is (scale == "ratio")


def test_the_scale_of_errors_is_said_where_nothing_tells(tmp_path):
    found = read_statistics(str(write(tmp_path, "SNP A1 A2 OR SE", "rs1 A G 2 0.2")))
    assert found.stats.se.tolist() == [0.2]
    assert "no p-values say so" in found.notes[0]


def test_intervals_stand_for_errors(tmp_path):
    path = write(tmp_path, "SNP A1 A2 OR ci_lower ci_upper P", "rs1 A G 2 1 4 0.05", "rs2 A G 1.5 NA NA 0.05")
    found = read_statistics(str(path))
    np.testing.assert_allclose(found.stats.se, [np.log(4) / 3.919928, np.log(1.5) / 1.959964], rtol=1e-6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1e-400", 400), ("2.5E-1000", 999.60206), ("0.01", 2), ("1", 0), ("0", 4.198305), ("NA", 4.198305)],
)
def test_small_p_values_keep_their_logarithm(text, expected, tmp_path):
    path = write(tmp_path, "SNP A1 A2 BETA SE P", f"rs1 A G 0.2 0.05 {text}")
    np.testing.assert_allclose(read_statistics(str(path)).stats.neg_log10_p, expected, rtol=1e-6)


@pytest.mark.parametrize("missing", ["#NA", "NA", "", "-", ".", "nan", "none", "nil", "NULL"])
def test_missing_effects_are_left_out_and_counted(missing, tmp_path):
    path = write(tmp_path, "SNP A1 A2 BETA SE P", "rs1 A G 0.2 0.05 0.1", f"rs2 A G {missing} 0.05 0.1")
    found = read_statistics(str(path))
    assert (found.rows, len(found.stats), found.lost) == (2, 1, {"without an effect": 1})


USUAL = "SNP CHR BP A1 A2 BETA SE P N", "rs1 21 500 A G 0.2 0.05 6.334248e-05 40000"

# how a file is written by other programs, all of which is the usual table
UNTIDY = {
    "carriage returns": "\t".join(USUAL[0].split()) + "\r" + "\t".join(USUAL[1].split()) + "\r",
    "comments": f"# made by me\n# on a day\n{USUAL[0]}\n{USUAL[1]}\n",
    "a comment as wide as the table": f"# a b c d e f g h\n{USUAL[0]}\n{USUAL[1]}\n",
    "blank lines above": f"\n \n{USUAL[0]}\n{USUAL[1]}\n",
    "tabs behind the rows": "\t".join(USUAL[0].split()) + "\n" + "\t".join(USUAL[1].split()) + "\t\t\n",
    "a comma behind the header": ",".join(USUAL[0].split()) + ",\n" + ",".join(USUAL[1].split()) + "\n",
    "semicolons and decimal commas": "SNP;CHR;BP;A1;A2;BETA;SE;P;N\nrs1;21;500;A;G;0,2;0,05;6,334248E-05;40000\n",
    "an index of pandas": ",SNP,CHR,BP,A1,A2,BETA,SE,P,N\n0,rs1,21.0,500.0,A,G,0.2,0.05,6.334248e-05,40000.0\n",
    "quotes and thousands": 'SNP,CHR,BP,A1,A2,BETA,SE,P,N\n"rs1",21,"500","A",G,.2,.05,6.334248e-05,"40,000"\n',
    "names in words": "SNP,Chrom,Position,Effect Allele,Other allele,Beta,Std. Err,P value,Sample Size\n"
    "rs1,chr21,500,a,g,+0.2,5E-02,6.334248E-05,4e4\n",
    "an accession": f"{USUAL[0]}\n{USUAL[1].replace(' 21 ', ' NC_000021.8 ')}\n",
}


@pytest.mark.parametrize("text", UNTIDY.values(), ids=UNTIDY)
def test_untidy_files_say_the_same(text, tmp_path):
    (tmp_path / "x.txt").write_bytes(text.encode())
    stats = read_statistics(str(tmp_path / "x.txt")).stats
    [variant] = stats.variants.keys()
    assert (variant, stats.variants.alt[0], stats.variants.rsid[0]) == ("21:500:A:G", "A", "rs1")
    np.testing.assert_allclose([stats.beta[0], stats.se[0], stats.neg_log10_p[0], stats.n[0]], [BETA, SE, LOG10P, N])


def test_positions_that_excel_shortened_are_none(tmp_path):
    found = read_statistics(str(write(tmp_path, USUAL[0], USUAL[1].replace(" 500 ", " 1.23E+07 "))))
    assert (found.placed, found.stats.variants.rsid.tolist()) == (False, ["rs1"])


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


ROWS_LOST = {
    "rs2 21 0 A G 0.2 0.05 0.1 ADD": "without a position",
    "rs2 Y 6 A G 0.2 0.05 0.1 ADD": "on chromosome Y or MT",
    "rs2 21 6 A A 0.2 0.05 0.1 ADD": "without two alleles",
    "rs2 21 6 A LONG_STRING 0.2 0.05 0.1 ADD": "without two alleles",
    "rs2 21 6 A G 0.2 0 NA ADD": "without a standard error above 0",
    "rs2 21 6 A G 0.2 0.05 0.1 DOM": "of a test other than the additive one",
    "rs2 21 6 A G 0.2 0.05 0.1": "with another number of fields than the header",
    "rs2 21 5 G A -0.2 0.05 0.1 ADD": "repeats of another variant",
}


@pytest.mark.parametrize("row", ROWS_LOST)
def test_rows_that_cannot_be_used_are_counted_by_reason(row, tmp_path):
    header = "rsid chromosome position effect_allele other_allele beta se p test"
    found = read_statistics(str(write(tmp_path, header, "rs1 21 5 A G 0.2 0.05 0.1 ADD", row)))
    assert (found.rows, len(found.stats), found.lost) == (2, 1, {ROWS_LOST[row]: 1})


def test_repeats_that_contradict_each_other_are_all_left_out(tmp_path):
    header = "rsid chromosome position effect_allele other_allele beta se p"
    rows = ["rs1 21 5 A G 0.2 0.05 0.1", "rs1 21 5 A G 0.3 0.05 0.1", "rs2 21 6 A G 0.2 0.05 0.1"]
    found = read_statistics(str(write(tmp_path, header, *rows)))
    assert found.stats.variants.rsid.tolist() == ["rs2"]
    assert found.lost == {"repeats of another variant with other figures": 2}


def test_harmonised_rows_that_failed_are_left_out(tmp_path):
    rows = [f"21 {code} A G 0.2 0.05 0.3 0.1 lo {code} rs{code}" for code in range(1, 19)]
    found = read_statistics(str(write(tmp_path, f"{SSF} hm_coordinate_conversion hm_code rsid", *rows)))
    assert found.lost == {"which the GWAS Catalog could not harmonise": 6}
    assert found.build == "GRCh38"


def test_chromosome_25_is_that_of_the_files_standard(tmp_path):
    rows = [f"{chrom} 5 A G 0.2 0.05 0.3 0.1" for chrom in (1, 23, 25)]
    found = read_statistics(str(write(tmp_path, SSF, *rows)))
    assert found.stats.variants.chrom.tolist() == ["1", "X"]
    assert found.lost == {"on chromosome Y or MT": 1}
    plink = [f"{chrom} 5 rs{chrom} A G 0.2 0.05 0.1" for chrom in (1, 25)]
    found = read_statistics(
        str(
            write(tmp_path, "CHR POS SNP A1 A2 BETA SE P", *plink),
        )
    )
    assert found.stats.variants.chrom.tolist() == ["1", "X"]


@pytest.mark.parametrize(
    ("row", "people", "expected"),
    [
        ("rs1 A G 0.2 0.05 1000 9000 .", People(), 3600),
        ("rs1 A G 0.2 0.05 NA NA 10000", People(cases=100, controls=900), 3600),
        ("rs1 A G 0.2 0.05 NA NA NA", People(cases=1000, controls=9000), 3600),
        ("rs1 A G 0.2 0.05 NA NA 10000", People(n=7), 10_000),
        ("rs1 A G 0.2 0.05 NA NA NA", People(n=7), 7),
        ("rs1 A G 0.2 0.05 NA NA NA", People(), np.nan),
    ],
)
def test_people_come_from_variants_then_from_the_study(row, people, expected, tmp_path):
    path = write(tmp_path, "SNP A1 A2 BETA SE n_cases n_controls N", row)
    np.testing.assert_allclose(read_statistics(str(path), people=people).stats.n, expected)


def test_cases_without_controls_are_refused():
    with pytest.raises(InputError, match="give --cases and --controls together"):
        People(cases=5)


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


FAULTS = [
    (
        "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT x",
        "1 5 rs1 A G . . . ES:SE .2:.1",
        {},
        "a VCF; .* bcftools query",
    ),
    ("SNP A1 A2 BETA", "rs1 A G 0.2", {}, "how sure the effects are"),
    ("SNP A1 BETA SE", "rs1 A 0.2 0.1", {}, "effect allele or the other allele"),
    ("snp allele_1 allele_2 BETA SE", "rs1 A G 0.2 0.1", {"effect_allele": "allele1"}, "no column 'allele1'"),
    ("SNP A1 A2 BETA SE", "rs1 A G 0.2 0.1", {"effect": "A1"}, "no such meaning; did you mean"),
    ("SNP A1 A2 P", "rs1 A G 0.2", {}, "no column is known to be the effect allele"),
    ("A1 A2 BETA SE", "A G 0.2 0.1", {"effect_allele": "A1", "other_allele": "A2"}, "neither an id nor a position"),
    ("SNP A1 A2 BETA SE BETA", "rs1 A G 0.2 0.1 0.2", {}, "is there 2 times"),
    ("SNP A1 A2 BETA SE P", "rs1 A G 0.2 0.1 7.5", {}, "-log10 of p-values"),
    ("SNP A1 A2 OR SE", "rs1 A G -0.2 0.1", {}, "log odds, most likely"),
    ("SNP A1 A2 BETA SE", "1 rs1 A G 0.2 0.1", {}, "1 with another number of fields than the header.*row.names"),
    ("SNP A1 A2 BETA SE", ". A G 0.2 0.1", {}, "1 without an id or a position"),
    ("SNP A1 A2 BETA SE", "rs1 A G NA 0.1", {}, "none of 1 rows can be used: 1 without an effect"),
]


@pytest.mark.parametrize(("header", "row", "columns", "message"), FAULTS)
def test_what_would_be_wrong_stops(header, row, columns, message, tmp_path):
    with pytest.raises(InputError, match=message):
        read_statistics(str(write(tmp_path, header, row)), columns)


def test_a_header_alone_stops(tmp_path):
    with pytest.raises(InputError, match="a header and no rows"):
        read_statistics(str(write(tmp_path, SSF)))


def test_ratios_named_as_effects_stop(tmp_path):
    rows = [f"rs{row} A G {0.9 + row / 100} 0.1" for row in range(20)]
    with pytest.raises(InputError, match="odds ratios, most likely"):
        read_statistics(str(write(tmp_path, "SNP A1 A2 BETA SE", *rows)))


def test_columns_can_be_named(tmp_path):
    columns = {"effect_allele": "tested", "other_allele": "rest", "beta": "x", "se": "y", "id": "SNP"}
    found = read_statistics(str(write(tmp_path, "SNP tested rest x y", "rs1 a g 0.2 0.05")), columns)
    assert (found.stats.variants.alt[0], found.stats.beta[0]) == ("A", 0.2)
    assert found.header.format == "columns known by their names"


def test_logarithms_may_be_named(tmp_path):
    path = write(tmp_path, "SNP A1 A2 BETA SE P", "rs1 A G 0.2 0.1 7.5")
    np.testing.assert_array_equal(read_statistics(str(path), {"neg_log10_p": "P"}).stats.neg_log10_p, [7.5])


def test_a_missing_logarithm_is_that_of_the_p_value_beside_it(tmp_path):
    path = write(tmp_path, "SNP A1 A2 BETA SE P LOG10P", "rs1 A G 0.2 0.1 1e-3 7.5", "rs2 A G 0.2 0.1 1e-3 NA")
    np.testing.assert_allclose(read_statistics(str(path)).stats.neg_log10_p, [7.5, 3])


def test_logarithms_may_be_written_without_their_sign(tmp_path):
    path = write(tmp_path, "SNP A1 A2 BETA SE LOG10P", "rs1 A G 0.2 0.1 -7.5", "rs2 A G 0.2 0.1 0")
    np.testing.assert_array_equal(read_statistics(str(path)).stats.neg_log10_p, [7.5, 0])


def test_logarithms_of_both_signs_stop(tmp_path):
    path = write(tmp_path, "SNP A1 A2 BETA SE LOG10P", "rs1 A G 0.2 0.1 -7.5", "rs2 A G 0.2 0.1 3")
    with pytest.raises(InputError, match="below 0 and above 0"):
        read_statistics(str(path))


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
