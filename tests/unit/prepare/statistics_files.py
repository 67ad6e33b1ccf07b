"""Tiny files of statistics of every format, by hand: the same study."""

from pathlib import Path

# Effect allele A of rs1 (21:500 A/G): beta 0.2, SE 0.05, p 6.334e-5, 40,000 people, frequency 0.3.
BETA, SE, LOG10P = 0.2, 0.05, 4.198305

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
