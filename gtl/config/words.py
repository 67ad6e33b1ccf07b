"""Words that forms use for settings: labels in the field's language, units, and what choices are called.

What a setting means, and what it allows, stands in its model.
"""

from collections.abc import Mapping

from gtl.methods.registry import METHODS

SECTIONS: Mapping[str, str] = {
    "": "Study",
    "files": "Files",
    "files.large": "Files of the large population",
    "files.small": "Files of the small population",
    "files.final": "Files of sealed people",
    "roles": "Roles of people",
    "matching": "Matching of variants",
    "panel": "Reference panel (simulation)",
    "cohorts": "Simulated people",
    "phenotypes": "Simulated phenotypes",
    "association": "Association tests",
    "split": "Training, validation and test people (simulation)",
    "preselection": "SNP pre-selection",
    "classical": "Classical models",
    "training": "Neural networks",
    "transfer": "Transfer",
    "selection": "Choice of the best model",
}
"""Section → what it is called, where that is not its name."""

LABELS: Mapping[str, str] = {
    "name": "Study name",
    "seed": "Random seed",
    "store": "Where results go",
    "source": "What do you have?",
    "sources": "Summary statistics and scores",
    "populations.large": "Large population",
    "populations.small": "Small population(s)",
    "files.large.genotypes": "Large population: genotypes",
    "files.large.tables": "Large population: tables",
    "files.small.genotypes": "Small population: genotypes",
    "files.small.tables": "Small population: tables",
    "files.final.genotypes": "Sealed people: genotypes",
    "files.final.tables": "Sealed people: tables",
    "files.populations": "Files by population, of several small populations",
    "traits.names": "Traits",
    "traits.binary": "Traits that are case/control status",
    "traits.quantitative": "Traits that are measurements",
    "traits.categorical": "Covariates that are categories",
    "traits.prevalence": "Share of cases in the small population",
    "traits.prevalences": "Share of cases by population",
    "roles.final_share": "Share of people that is sealed",
    "roles.column": "Role column",
    "roles.learning": "Its values for people to learn from",
    "roles.final": "Its values for sealed people",
    "roles.learning_people": "Most people to learn from",
    "roles.tuning_share": "Share of people that tune",
    "roles.choosing_share": "Share of people that choose",
    "roles.populations": "Roles by population",
    "matching.min_overlap": "Least overlap of variants",
    "matching.same_strand": "All files are on the same strand",
    "matching.lacking": "Variants that the small population lacks",
    "traits.covariates": "Covariates",
    "traits.components": "Principal components",
    "roles.repeats": "Repeated draws of roles",
    "roles.kinship": "Related from this kinship on",
    "panel.source": "Source of haplotypes",
    "panel.haplotypes_large": "Haplotypes, large population",
    "panel.haplotypes_small": "Haplotypes, small population",
    "panel.variants_large": "SNPs of the large population",
    "panel.variants_small": "SNPs of the small population",
    "panel.variants_shared": "SNPs of both populations",
    "panel.hap_large": ".hap file, large population",
    "panel.hap_small": ".hap file, small population",
    "panel.legend": ".legend file",
    "panel.legend_small": ".legend file, small population",
    "panel.vcf": "Phased VCF",
    "panel.sequence_length": "Length of the region",
    "cohorts.large": "People in the large cohort",
    "cohorts.small": "People in the small cohort",
    "cohorts.final": "Sealed people",
    "cohorts.effective_size_large": "Ne of the large population",
    "cohorts.effective_size_small": "Ne of the small population",
    "cohorts.fresh": "New people for every iteration",
    "cohorts.copying": "What new haplotypes copy",
    "cohorts.theta": "Mutation parameter (theta)",
    "cohorts.case_fraction": "Share of cases",
    "cohorts.write_gen": "Write .gen files",
    "phenotypes.risk_snps": "Risk SNPs",
    "phenotypes.iterations": "Phenotypes for each number of risk SNPs",
    "phenotypes.traits": "Traits simulated together",
    "phenotypes.causal_maf_min": "Causal SNPs: lowest MAF",
    "phenotypes.causal_maf_max": "Causal SNPs: highest MAF",
    "phenotypes.genetic_variance": "Heritability (genVar)",
    "phenotypes.snp_share": "Share of causal SNPs (h2s)",
    "phenotypes.kinship_share": "Share of kinship (h2bg)",
    "phenotypes.write_23andme": "Write 23andMe files",
    "association.test": "Association test",
    "association.plots": "Manhattan, QQ and LD plots",
    "association.ld_snps": "SNPs in the LD heat map",
    "quality_control.maf": "MAF",
    "quality_control.hwe": "HWE p-value",
    "quality_control.monomorphic": "Drop SNPs that do not vary",
    "quality_control.variant_missingness": "Missing genotypes of a SNP",
    "quality_control.sample_missingness": "Missing genotypes of a person",
    "preselection.rule": "Rule",
    "preselection.p_values_large": "p-value thresholds, large population",
    "preselection.p_values_small": "p-value thresholds, small population",
    "preselection.differences_large": "Allele-frequency differences, large population",
    "preselection.differences_small": "Allele-frequency differences, small population",
    "classical.models": "Classical models",
    "training.class_weights": "Weigh cases and controls",
    "split.large_train": "Large cohort: training people",
    "split.large_validation": "Large cohort: validation people",
    "split.large_test": "Large cohort: test people",
    "split.small_train": "Small cohort: training people",
    "split.small_validation": "Small cohort: validation people",
    "split.small_test": "Small cohort: test people",
    "transfer.methods": "Methods",
    "transfer.direct": "Use the large networks as they are, too",
    "transfer.freeze_depths": "Frozen layers",
    "transfer.epochs": "Epochs of fine-tuning",
    "transfer.learning_rate": "Learning rate of fine-tuning",
    "selection.metric": "Score of binary traits",
    "selection.quantitative_metric": "Score of quantitative traits",
    "selection.tie_break": "What decides among equals",
    "selection.confidence": "Level of intervals",
}
"""Setting → what it is called, where that is more than its name."""

_OF_FILES: Mapping[str, str] = {
    "samples": "Oxford .sample file",
    "counted": "Alternate allele of BGEN and .gen",
    "field": "VCF field",
    "where": "Only people with",
}

_AS_WRITTEN = {
    "snp": "SNP", "snps": "SNPs", "maf": "MAF", "vcf": "VCF", "ld": "LD", "sd": "SD",
}  # fmt: skip

_UNITS: Mapping[str, str] = {
    "seed": "number",
    "traits.components": "components",
    "traits.prevalence": "share",
    "roles.repeats": "draws",
    "roles.learning_people": "people",
    "roles.kinship": "KING-robust kinship",
    "panel.haplotypes_large": "haplotypes",
    "panel.haplotypes_small": "haplotypes",
    "panel.sequence_length": "base pairs",
    "panel.recombination_rate": "per base pair and generation",
    "panel.mutation_rate": "per base pair and generation",
    "panel.variants_large": "SNPs",
    "panel.variants_small": "SNPs",
    "panel.variants_shared": "SNPs",
    "cohorts.effective_size_large": "people",
    "cohorts.effective_size_small": "people",
    "cohorts.theta": "per site",
    "phenotypes.risk_snps": "SNPs",
    "phenotypes.iterations": "phenotypes",
    "phenotypes.threshold": "standard deviations of liability",
    "phenotypes.traits": "traits",
    "phenotypes.causal_maf_min": "allele frequency",
    "phenotypes.causal_maf_max": "allele frequency",
    "phenotypes.effect_correlation": "correlation",
    "phenotypes.trait_correlation": "correlation",
    "phenotypes.effect_mean": "effect of an allele",
    "phenotypes.effect_sd": "effect of an allele",
    "phenotypes.observational_mean": "phenotype",
    "phenotypes.observational_sd": "phenotype",
    "association.ld_snps": "SNPs",
    "quality_control.maf": "allele frequency",
    "quality_control.hwe": "p-value",
    "preselection.p_values_large": "p-values",
    "preselection.p_values_small": "p-values",
    "preselection.differences_large": "differences of allele frequency",
    "preselection.differences_small": "differences of allele frequency",
    "training.epochs": "epochs",
    "training.batch_size": "people",
    "training.learning_rate": "a step",
    "training.dropout": "share",
    "training.patience": "epochs",
    "training.time_steps": "steps",
    "transfer.freeze_depths": "layers",
    "transfer.epochs": "epochs",
    "transfer.learning_rate": "a step",
    "selection.tie_break": "What decides among equals",
    "selection.confidence": "probability",
}

_UNITS_OF_SECTIONS: Mapping[str, str] = {"split": "people", "cohorts": "people"}

CHOICES: Mapping[str, Mapping[str, str]] = {
    "source": {
        "files": "Files of two populations",
        "statistics": "Summary statistics or a score, and files of the small population",
        "simulated": "Nothing: simulate",
    },
    "transfer.methods": {name: info.title for name, info in METHODS.items()},
    "panel.source": {
        "coalescent": "Coalescent simulation (no data needed)",
        "oxford": "Oxford .hap and .legend files",
        "vcf": "A phased VCF",
    },
    "matching.lacking": {"leave_out": "Leave out", "impute": "Impute from the large population"},
    "cohorts.copying": {"panel": "The panel alone", "growing": "The panel and earlier people (HAPGEN2)"},
    "phenotypes.effect_distribution": {"norm": "Normal", "unif": "Uniform"},
    "association.test": {"fisher": "Fisher, exact", "allelic": "Allelic χ²", "logistic": "Logistic, additive"},
    "selection.metric": {
        "accuracy": "Accuracy", "balanced_accuracy": "Balanced accuracy", "auc": "AUC",
        "average_precision": "Average precision", "f1": "F1", "sensitivity": "Sensitivity",
        "specificity": "Specificity", "mcc": "Matthews' correlation",
    },
    "selection.quantitative_metric": {"correlation": "Correlation", "r2": "R²"},
    "selection.tie_break": {
        "validation": "Higher validation score", "fewer_snps": "Fewer SNPs", "name": "Name in the alphabet",
    },
    "engines.genotypes": {"builtin": "Built in", "hapgen2": "HAPGEN2"},
    "engines.phenotypes": {"builtin": "Built in", "phenotypesimulator": "PhenotypeSimulator"},
    "engines.association": {"builtin": "Built in", "plink": "PLINK"},
}  # fmt: skip
"""Setting → allowed value → what it is called; those of methods are all that there are."""


def label_of(name: str) -> str:
    """What a setting is called.

    >>> label_of("quality_control.maf"), label_of("training.batch_size")
    ('MAF', 'Batch size')
    """
    if name in LABELS:
        return LABELS[name]
    field = name.rpartition(".")[2]
    if name.startswith("files.") and field in _OF_FILES:
        return _OF_FILES[field]
    words = [_AS_WRITTEN.get(word, word) for word in field.split("_")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def unit_of(name: str) -> str:
    """The unit of a number.

    >>> unit_of("panel.sequence_length"), unit_of("roles.final_share")
    ('base pairs', 'share')
    """
    section, _, field = name.rpartition(".")
    if name in _UNITS:
        return _UNITS[name]
    shares = field.endswith(("share", "shared", "variance", "overlap", "missingness", "fraction"))
    return "share" if shares else _UNITS_OF_SECTIONS.get(section, "")
