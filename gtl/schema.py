"""Column contracts of every table in the store, checked on each write and read.

A table is a pandas DataFrame in memory and Parquet in the store. Each contract names the columns, their types and
what they mean; :func:`to_arrow` and :func:`check` refuse anything else.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pyarrow as pa

from gtl.errors import ArtifactCorrupt, InputError

if TYPE_CHECKING:
    import pandas as pd


def _schema(**columns: tuple[pa.DataType, str]) -> pa.Schema:
    return pa.schema([pa.field(name, kind, metadata={"doc": doc}) for name, (kind, doc) in columns.items()])


_VARIANT = {
    "chrom": (pa.string(), "chromosome"),
    "pos": (pa.int64(), "base-pair position"),
    "rsid": (pa.string(), "variant id"),
    "ref": (pa.string(), "reference allele"),
    "alt": (pa.string(), "alternate allele: the counted (effect) allele"),
}

VARIANTS = _schema(**_VARIANT)

GENETIC_MAP = _schema(
    pos=(pa.int64(), "base-pair position"),
    cm=(pa.float64(), "genetic position, centimorgans"),
)

VARIANT_COUNTS = _schema(
    **_VARIANT,
    row=(pa.int32(), "row in the chromosome's genotypes"),
    called=(pa.int32(), "people whose genotype is known"),
    frequency=(pa.float64(), "alt allele frequency among them"),
    hom_ref=(pa.int32(), "people with two ref alleles (imputed dosages: to the nearest genotype)"),
    het=(pa.int32(), "people with one of each"),
    hom_alt=(pa.int32(), "people with two alt alleles"),
)

COHORT_PEOPLE = _schema(
    sample=(pa.string(), "sample id"),
    family=(pa.string(), "family id; 0 = none"),
    sex=(pa.int8(), "0 = not known, 1 = male, 2 = female"),
    called=(pa.int64(), "variants whose genotype is known"),
    het=(pa.int64(), "of these, heterozygous ones"),
    variants=(pa.int64(), "variants in the cohort's files"),
)

LEFT_OUT = _schema(
    **_VARIANT,
    reason=(pa.string(), "why the variant was not imported"),
)

SHARED = _schema(
    **_VARIANT,
    large_row=(pa.int32(), "row in the large cohort's genotypes of the chromosome"),
    small_row=(pa.int32(), "row in the small cohort's; -1 where its files lack the variant, which is then imputed"),
    final_row=(pa.int32(), "row in the final cohort's; the small cohort's where the final people are a part of it"),
    small_flip=(pa.bool_(), "the small cohort's files count the other allele"),
    final_flip=(pa.bool_(), "the final cohort's files count the other allele"),
    kept=(pa.bool_(), "passes quality control in both populations: models may use it"),
)

PEOPLE = _schema(
    sample=(pa.string(), "sample id"),
    population=(pa.string(), "large or small"),
    cohort=(pa.string(), "large, small or final: whose files hold the person's genotypes"),
    group=(pa.int64(), "relatedness group: relatives share a number"),
    kept=(pa.bool_(), "takes part in the study"),
    components=(pa.list_(pa.float64()), "principal components of the genotypes"),
)

PEOPLE_AUDIT = _schema(
    sample=(pa.string(), "sample id"),
    population=(pa.string(), "large or small"),
    action=(pa.string(), "dropped or flagged"),
    reason=(pa.string(), "why"),
    value=(pa.float64(), "what was measured; NaN where there is no number"),
    threshold=(pa.float64(), "what the settings allow"),
)

ROLES = _schema(
    repeat=(pa.int16(), "draw of the roles, from 1"),
    sample=(pa.string(), "sample id, of the small population"),
    role=(pa.string(), "learning or final"),
)

LOST_PEOPLE = _schema(
    sample=(pa.string(), "sample id"),
    population=(pa.string(), "large or small"),
    reason=(pa.string(), "why the person takes no part in the study of this trait"),
)

HARMONISATION_AUDIT = _schema(
    **_VARIANT,
    population=(pa.string(), "large, small or final (if it has a file of its own): whose file the row is from"),
    action=(
        pa.string(),
        "dropped, flipped (the dosages count the other allele), noted (kept as it is), imputed (a file lacks it)",
    ),
    reason=(pa.string(), "why"),
)

FUNNEL = _schema(
    source=(pa.string(), "large, small or final"),
    step=(pa.string(), "read, usable, matched, kept or imputed"),
    reason=(pa.string(), "why variants were lost on the way to this step; empty: those that reached it"),
    variants=(pa.int64(), "how many"),
)

PHENOTYPE = _schema(
    sample=(pa.string(), "sample id"),
    value=(pa.float64(), "the trait: 1 = case, 0 = control where it is binary"),
    covariates=(pa.list_(pa.float64()), "the covariates, in the order of covariates.json"),
)

LIABILITY = _schema(
    sample=(pa.string(), "sample id"),
    liability=(pa.float64(), "continuous phenotype: mean 0, SD 1 in its population"),
)

CAUSAL = _schema(
    **_VARIANT,
    role=(pa.string(), "shared or independent: effect common to traits or trait-specific"),
    trait=(pa.int16(), "trait, from 1"),
    beta_large=(pa.float64(), "raw effect of one alt allele, large population"),
    beta_small=(pa.float64(), "raw effect of one alt allele, small population"),
    effect_large=(pa.float64(), "effect on the final liability scale, large population"),
    effect_small=(pa.float64(), "effect on the final liability scale, small population"),
    frequency_large=(pa.float64(), "alt allele frequency, large population"),
    frequency_small=(pa.float64(), "alt allele frequency, small population (with the final cohort)"),
)

COMPONENTS = _schema(
    population=(pa.string(), "large or small"),
    trait=(pa.int16(), "trait, from 1"),
    component=(pa.string(), "snp, kinship, covariates, observational, correlated"),
    role=(pa.string(), "shared or independent"),
    target=(pa.float64(), "variance asked for, on the scale where all components add to 1"),
    realised=(pa.float64(), "sample variance before the final scaling"),
)

ASSOCIATION = _schema(
    **_VARIANT,
    n=(pa.int32(), "people with a genotype, the trait and all covariates"),
    frequency=(pa.float64(), "alt allele frequency among them"),
    frequency_case=(pa.float64(), "alt allele frequency in cases; NaN for a quantitative trait"),
    frequency_control=(pa.float64(), "alt allele frequency in controls; NaN for a quantitative trait"),
    beta=(pa.float64(), "effect of one more alt allele: log odds, or units of the trait"),
    se=(pa.float64(), "standard error of beta"),
    odds_ratio=(pa.float64(), "odds ratio of the alt allele; inf or NaN where a cell of alleles is empty"),
    p_value=(pa.float64(), "two-sided p of the configured test"),
)

SOURCE_STATISTICS = _schema(
    **_VARIANT,
    beta=(pa.float64(), "effect of one more alt allele: log odds, or units of the trait; NaN where there are none"),
    se=(pa.float64(), "its standard error"),
    neg_log10_p=(pa.float64(), "-log10 of the p-value"),
    n=(pa.float64(), "people; of cases and controls the effective number"),
    frequency=(pa.float64(), "of the alt allele; NaN where the statistics do not say"),
)

SOURCE_WEIGHTS = _schema(
    **_VARIANT,
    weights=(pa.list_(pa.float64()), "of one more alt allele, in the order of columns.json"),
)

SPLIT = _schema(
    population=(pa.string(), "large or small"),
    sample=(pa.string(), "sample id"),
    part=(pa.string(), "train, validation or test"),
    value=(pa.float64(), "the trait: 1 = case, 0 = control where it is binary"),
    covariates=(pa.list_(pa.float64()), "the covariates, in the order of the phenotype's covariates.json"),
)

SUBSETS = _schema(
    subset=(pa.int16(), "number of the sub-dataset, from 1, strictest threshold first"),
    threshold=(pa.float64(), "threshold of the pre-selection rule"),
    shared_row=(pa.int32(), "row of the SNP among the shared variants"),
    rsid=(pa.string(), "variant id"),
)

CANDIDATES = _schema(
    method=(pa.string(), "registry name of the method"),
    algorithm=(pa.string(), "model, such as SVM or Model 4"),
    subset=(pa.int16(), "number of the sub-dataset"),
    n_snps=(pa.int32(), "SNPs in the sub-dataset"),
    frozen_layers=(pa.int16(), "frozen bottom layers; -1 where nothing was fine-tuned"),
    validation=(pa.float64(), "selection metric on the small validation people"),
    test=(pa.float64(), "selection metric on the small test people"),
    chosen=(pa.bool_(), "the one that is scored on the final cohort"),
)

PREDICTIONS = _schema(
    method=(pa.string(), "registry name of the method"),
    sample=(pa.string(), "sample id"),
    repeat=(pa.int16(), "draw of the roles, from 1"),
    value=(pa.float64(), "binary: 1 = case, 0 = control; quantitative: the trait"),
    prediction=(pa.float64(), "binary: probability (or score in [0, 1]) of being a case; quantitative: of the trait"),
)

RESULTS = _schema(
    study=(pa.string(), "name of the study"),
    phenotype=(pa.string(), "name of the trait; X_Y_Z of a simulated one"),
    method=(pa.string(), "registry name of the method"),
    algorithm=(pa.string(), "chosen model"),
    n_snps=(pa.int32(), "SNPs of the chosen model"),
    frozen_layers=(pa.int16(), "frozen bottom layers; -1 where nothing was fine-tuned"),
    split=(pa.string(), "test (the choosing people) or final"),
    repeat=(pa.int16(), "draw of the roles, from 1"),
    metric=(pa.string(), "accuracy, auc, ...; correlation, r2, rmse"),
    value=(pa.float64(), "the figure (gtl.evaluate.metrics.score)"),
    ci_low=(pa.float64(), "lower end of its interval"),
    ci_high=(pa.float64(), "upper end of its interval"),
    n=(pa.int32(), "people it was measured on"),
    seed=(pa.int64(), "seed of the study"),
)

SWEEP_RESULTS = pa.schema(
    [
        *RESULTS,
        pa.field(
            "ceiling",
            pa.float64(),
            metadata={"doc": "accuracy of who knows the causal SNPs' effects, by the variance model"},
        ),
    ]
)

SELECTION = _schema(
    phenotype=(pa.string(), "name of the trait"),
    method=(pa.string(), "registry name of the method"),
    repeat=(pa.int16(), "draw of the roles, from 1"),
    metric=(pa.string(), "the metric that chose"),
    candidates=(pa.int32(), "models that were tried"),
    people=(pa.int32(), "choosing people of the small population (paper: test)"),
    best=(pa.float64(), "best score on them"),
    expected=(pa.float64(), "mean best score of these candidates with the choosing people's trait permuted"),
    expected_independent=(pa.float64(), "expected best of as many coins: an upper bound; accuracy only"),
    p_value=(pa.float64(), "how often a permuted trait gives as high a best score"),
)

VERDICT = _schema(
    phenotype=(pa.string(), "name of the trait, or all"),
    method=(pa.string(), "registry name of the method"),
    metric=(pa.string(), "the declared metric of the trait"),
    phenotypes=(pa.int32(), "traits that the gain is of"),
    repeats=(pa.int16(), "draws of the roles that the gain is of"),
    people=(pa.int32(), "final people of a trait"),
    gain=(pa.float64(), "metric less that of the baseline, on the same final people"),
    ci_low=(pa.float64(), "lower end of its interval"),
    ci_high=(pa.float64(), "upper end of its interval"),
    level=(pa.float64(), "level of the interval, so that all hold together: methods × traits; all: methods"),
    verdict=(pa.string(), "helps, no evidence or harms"),
    screening_q=(pa.float64(), "false-discovery view (Benjamini-Hochberg) over methods × traits; NaN for all"),
    evidence=(pa.string(), "why, in words"),
)

ATTAINABLE = _schema(
    method=(pa.string(), "registry name of the method"),
    ceiling=(pa.string(), "oracle, or variance model where no oracle ran"),
    phenotypes=(pa.int32(), "phenotypes that the share is of"),
    gain=(pa.float64(), "mean gain over no transfer"),
    attainable=(pa.float64(), "mean of ceiling less no transfer"),
    share=(pa.float64(), "gain / attainable"),
    ci_low=(pa.float64(), "lower end of its interval (Fieller); NaN where it has none"),
    ci_high=(pa.float64(), "upper end of its interval"),
)

ON_TOP = _schema(
    phenotype=(pa.string(), "name of the trait"),
    method=(pa.string(), "registry name of the method"),
    metric=(pa.string(), "the declared metric of the trait, in which the gain is"),
    repeats=(pa.int16(), "draws of the roles that the figures are of"),
    people=(pa.int32(), "final people of a draw, the most of any"),
    gain=(pa.float64(), "metric less that of covariates alone, on the same final people; NaN without covariates"),
    ci_low=(pa.float64(), "lower end of its interval, which holds by itself"),
    ci_high=(pa.float64(), "upper end of its interval"),
    partial_r2=(pa.float64(), "share of the variance left by covariates that the score explains; quantitative traits"),
    auc=(pa.float64(), "area under the curve of covariates and score together; binary traits"),
    nagelkerke_r2=(pa.float64(), "Nagelkerke's R2 of covariates and score together; binary traits"),
    liability_r2=(pa.float64(), "R2 of both on the liability scale, for the prevalence in the settings"),
    odds_ratio=(pa.float64(), "of one SD of what the score adds, given the covariates; without them of the score"),
    odds_ratio_low=(pa.float64(), "lower end of its interval"),
    odds_ratio_high=(pa.float64(), "upper end of its interval"),
)

CALIBRATION = _schema(
    method=(pa.string(), "registry name of the method"),
    people=(pa.int32(), "final people of all binary traits together; of repeats, the first"),
    predicted=(pa.float64(), "mean predicted probability"),
    observed=(pa.float64(), "share of cases"),
    intercept=(pa.float64(), "calibration in the large, on the logit scale; 0 is right"),
    intercept_low=(pa.float64(), "lower end of its interval"),
    intercept_high=(pa.float64(), "upper end of its interval"),
    slope=(pa.float64(), "calibration slope; 1 is right, below 1 too extreme"),
    slope_low=(pa.float64(), "lower end of its interval"),
    slope_high=(pa.float64(), "upper end of its interval"),
)

EVIDENCE: dict[str, pa.Schema] = {
    "verdict": VERDICT, "selection": SELECTION, "on_top": ON_TOP, "attainable": ATTAINABLE, "calibration": CALIBRATION,
}  # fmt: skip
"""Tables beside a study's figures: name → contract; the file is ``<name>.parquet``."""

TIMES = _schema(
    stage=(pa.string(), "stage function"),
    phenotype=(pa.string(), "phenotype code; empty for the cohort stages and the fan-in"),
    start_seconds=(pa.float64(), "when it began, in seconds after the study's first stage; NaN if not recorded"),
    wall_seconds=(pa.float64(), "elapsed seconds"),
    cpu_seconds=(pa.float64(), "processor seconds of the process, its children and its containers"),
    critical=(pa.bool_(), "on the critical path: the chain of stages, each an input of the next, that takes longest"),
)

SWEEP_VERDICTS = pa.schema([RESULTS.field("study"), *VERDICT])

FOLLOWING = _schema(
    study=(pa.string(), "name of the study"),
    phenotype=(pa.string(), "phenotype code X_Y_Z"),
    recommended=(pa.string(), "method that the verdict on all final people recommends; empty: do not transfer"),
    followed=(pa.string(), "method that the verdict on every second one recommends; empty: do not transfer"),
    gain=(pa.float64(), "gain of following it, on the others; 0 where it says do not transfer"),
    oracle_gain=(pa.float64(), "gain of the oracle on the same others; NaN where it did not run"),
    people=(pa.int32(), "the other people"),
)


def of_sweep(schema: pa.Schema, varied: Mapping[str, object]) -> pa.Schema:
    """Contract of a sweep's table: ``schema``, and a column for each setting that the sweep varies.

    Parameters
    ----------
    varied
        Dotted setting → one of its values as they stand in the column, not NaN: numbers make a column of float64,
        anything else one of text (JSON). What ``schema`` has already, such as ``seed``, stays as it is.

    Examples
    --------
    >>> of_sweep(GENETIC_MAP, {"cohorts.small": 100}).names
    ['pos', 'cm', 'cohorts.small']
    """
    kinds = {name: pa.float64() if is_number(value) else pa.string() for name, value in varied.items()}
    columns = [pa.field(name, kind, metadata={"doc": f"setting {name}"}) for name, kind in kinds.items()]
    return pa.schema([*schema, *(column for column in columns if column.name not in schema.names)])


def by_population(schema: pa.Schema) -> pa.Schema:
    """Contract of a table of a study with several small populations: ``schema`` after a column that names one.

    It is called ``population``, or ``small_population`` where a table already says which of the two a person is of.

    >>> by_population(GENETIC_MAP).names, by_population(PEOPLE_AUDIT).names[:3]
    (['population', 'pos', 'cm'], ['small_population', 'sample', 'population'])
    """
    name = "small_population" if "population" in schema.names else "population"
    return pa.schema([pa.field(name, pa.string(), metadata={"doc": "code of the small population"}), *schema])


def is_number(value: object) -> bool:
    """Whether a setting's value is kept as a number; True and False are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def to_arrow(frame: "pd.DataFrame", schema: pa.Schema) -> pa.Table:
    """``frame`` as an Arrow table of exactly ``schema``; :class:`InputError` if it does not fit."""
    extra = set(frame.columns) - set(schema.names)
    if extra:
        raise InputError(f"table: columns {sorted(extra)} are not in its contract {schema.names}")
    try:
        return pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError, KeyError) as error:
        raise InputError(f"table does not fit its contract {schema.names}: {error}") from error


def check(table: pa.Table, schema: pa.Schema, where: str) -> None:
    """Raise :class:`ArtifactCorrupt` unless ``table``, of the store, has the names and types of ``schema``."""
    if found := difference(table.schema, schema):
        raise ArtifactCorrupt(f"{where}: {found}; delete and rerun")


def difference(found: pa.Schema, expected: pa.Schema) -> str:
    """How the columns ``found`` differ from those ``expected``, or "".

    Parameters
    ----------
    expected
        A fixed-size column of width 0 stands for any width in the text.

    Examples
    --------
    >>> difference(pa.schema({"pos": pa.int32(), "cm": pa.float64()}), GENETIC_MAP)
    'pos is int32, expected int64'
    """
    if found.names != expected.names:
        return f"columns are {_listed(found.names)}, expected {_listed(expected.names)}"
    pairs = zip(found, expected, strict=True)
    return "; ".join(f"{a.name} is {_kind(a)}, expected {_kind(b)}" for a, b in pairs if not a.equals(b))


def _listed(names: list[str]) -> str:
    return f"{names[:12]} and {len(names) - 12} more" if len(names) > 12 else str(names)


def _kind(field: pa.Field) -> str:
    return str(field.type).removesuffix("[0]") + ("" if field.nullable else " without nulls")
