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

SHARED = _schema(
    **_VARIANT,
    large_row=(pa.int32(), "row in the large cohort's genotypes"),
    small_row=(pa.int32(), "row in the small cohort's genotypes"),
    final_row=(pa.int32(), "row in the final cohort's genotypes"),
    small_flip=(pa.bool_(), "the small population's files count the other allele"),
)

HARMONISATION_AUDIT = _schema(
    **_VARIANT,
    population=(pa.string(), "large or small: whose file the row is from"),
    action=(pa.string(), "dropped or flipped"),
    reason=(pa.string(), "why"),
)

PHENOTYPE = _schema(
    sample=(pa.string(), "sample id"),
    liability=(pa.float64(), "continuous phenotype: mean 0, SD 1 in its population"),
    case=(pa.int8(), "1 = case, 0 = control"),
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
    frequency_case=(pa.float64(), "alt allele frequency in cases"),
    frequency_control=(pa.float64(), "alt allele frequency in controls"),
    odds_ratio=(pa.float64(), "odds ratio of the alt allele; inf or nan where a cell is empty"),
    p_value=(pa.float64(), "two-sided p of the configured test"),
)

REMOVED = _schema(
    population=(pa.string(), "large or small"),
    kind=(pa.string(), "variant or sample"),
    name=(pa.string(), "rsid or sample id"),
    chrom=(pa.string(), "chromosome; empty for samples"),
    pos=(pa.int64(), "position; -1 for samples"),
    reason=(pa.string(), "variant_missingness, sample_missingness, maf, hwe, duplicate, monomorphic"),
    value=(pa.float64(), "what was measured"),
    threshold=(pa.float64(), "what the settings allow"),
)

KEPT_VARIANTS = _schema(
    shared_row=(pa.int32(), "row of a SNP among the shared variants that passes in both populations"),
)

KEPT_SAMPLES = _schema(
    population=(pa.string(), "large or small"),
    row=(pa.int32(), "column of the sample in the cohort's genotypes"),
)

SPLIT = _schema(
    population=(pa.string(), "large or small"),
    sample=(pa.string(), "sample id"),
    row=(pa.int32(), "column of the sample in the cohort's genotypes"),
    part=(pa.string(), "train, validation or test"),
    case=(pa.int8(), "1 = case, 0 = control"),
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
    case=(pa.int8(), "1 = case, 0 = control"),
    probability=(pa.float64(), "predicted probability (or score in [0, 1]) of being a case"),
)

RESULTS = _schema(
    study=(pa.string(), "name of the study"),
    phenotype=(pa.string(), "phenotype code X_Y_Z"),
    method=(pa.string(), "registry name of the method"),
    algorithm=(pa.string(), "chosen model"),
    n_snps=(pa.int32(), "SNPs of the chosen model"),
    frozen_layers=(pa.int16(), "frozen bottom layers; -1 where nothing was fine-tuned"),
    split=(pa.string(), "test or final"),
    metric=(pa.string(), "accuracy, auc, ..."),
    value=(pa.float64(), "the figure, 0 to 1 (mcc: -1 to 1)"),
    ci_low=(pa.float64(), "lower end of its interval"),
    ci_high=(pa.float64(), "upper end of its interval"),
    n=(pa.int32(), "people it was measured on"),
    seed=(pa.int64(), "seed of the study"),
)

SWEEP_RESULTS = pa.schema(
    [*RESULTS, pa.field("ceiling", pa.float64(), metadata={"doc": "best possible accuracy by the variance model"})]
)

SELECTION = _schema(
    phenotype=(pa.string(), "phenotype code X_Y_Z"),
    method=(pa.string(), "registry name of the method"),
    metric=(pa.string(), "the metric that chose"),
    candidates=(pa.int32(), "models that were tried"),
    people=(pa.int32(), "small test people, who chose"),
    best=(pa.float64(), "best score on them"),
    expected=(pa.float64(), "mean best score of these candidates with the test people's case status permuted"),
    expected_independent=(pa.float64(), "expected best of as many coins: an upper bound; accuracy only"),
    p_value=(pa.float64(), "how often permuted case status gives as high a best score"),
)

VERDICT = _schema(
    phenotype=(pa.string(), "phenotype code X_Y_Z, or all"),
    method=(pa.string(), "registry name of the method"),
    phenotypes=(pa.int32(), "phenotypes behind the gain"),
    people=(pa.int32(), "final people of a phenotype"),
    gain=(pa.float64(), "selection metric less that of no transfer, on the same final people"),
    ci_low=(pa.float64(), "lower end of its interval"),
    ci_high=(pa.float64(), "upper end of its interval"),
    level=(pa.float64(), "level of the interval, so that all methods' hold together"),
    verdict=(pa.string(), "helps, no evidence or harms"),
    evidence=(pa.string(), "why, in words"),
)

ATTAINABLE = _schema(
    method=(pa.string(), "registry name of the method"),
    ceiling=(pa.string(), "oracle, or variance model where no oracle ran"),
    phenotypes=(pa.int32(), "phenotypes behind it"),
    gain=(pa.float64(), "mean gain over no transfer"),
    attainable=(pa.float64(), "mean of ceiling less no transfer"),
    share=(pa.float64(), "gain / attainable"),
    ci_low=(pa.float64(), "lower end of its interval (Fieller); NaN where it has none"),
    ci_high=(pa.float64(), "upper end of its interval"),
)

CALIBRATION = _schema(
    method=(pa.string(), "registry name of the method"),
    people=(pa.int32(), "final people of all phenotypes together"),
    predicted=(pa.float64(), "mean predicted probability"),
    observed=(pa.float64(), "share of cases"),
    intercept=(pa.float64(), "calibration in the large, on the logit scale; 0 is right"),
    intercept_low=(pa.float64(), "lower end of its interval"),
    intercept_high=(pa.float64(), "upper end of its interval"),
    slope=(pa.float64(), "calibration slope; 1 is right, below 1 too extreme"),
    slope_low=(pa.float64(), "lower end of its interval"),
    slope_high=(pa.float64(), "upper end of its interval"),
)

TIMES = _schema(
    stage=(pa.string(), "stage function"),
    phenotype=(pa.string(), "phenotype code; empty for the cohort stages and the fan-in"),
    start_seconds=(pa.float64(), "when it began, in seconds after the study's first stage; NaN if not recorded"),
    wall_seconds=(pa.float64(), "elapsed seconds"),
    cpu_seconds=(pa.float64(), "processor seconds of the process and its children"),
    critical=(pa.bool_(), "on the critical path: the chain of stages, each an input of the next, that takes longest"),
)

SWEEP_VERDICTS = pa.schema([RESULTS.field("study"), *VERDICT])

FOLLOWING = _schema(
    study=(pa.string(), "name of the study"),
    phenotype=(pa.string(), "phenotype code X_Y_Z"),
    recommended=(pa.string(), "method that the verdict on all final people recommends; empty: do not transfer"),
    followed=(pa.string(), "method that the verdict on every second one recommends; empty: do not transfer"),
    gain=(pa.float64(), "gain of following it, on the others; 0 where it says do not transfer"),
    people=(pa.int32(), "the other people"),
)


def of_sweep(schema: pa.Schema, varied: Mapping[str, object]) -> pa.Schema:
    """Contract of a sweep's table: ``schema``, and a column for each setting that the sweep varies.

    Parameters
    ----------
    varied
        Dotted setting → one of its values as they stand in the column, not NaN: numbers make a column of float64,
        anything else one of text (JSON).

    Examples
    --------
    >>> of_sweep(GENETIC_MAP, {"cohorts.small": 100}).names
    ['pos', 'cm', 'cohorts.small']
    """
    kinds = {name: pa.float64() if is_number(value) else pa.string() for name, value in varied.items()}
    columns = [pa.field(name, kind, metadata={"doc": f"setting {name}"}) for name, kind in kinds.items()]
    return pa.schema([*schema, *columns])


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
