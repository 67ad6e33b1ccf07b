"""The variants that all cohorts have, with one counted allele, and a row for every variant that was lost."""

from collections.abc import Mapping
from dataclasses import asdict

import numpy as np
import pandas as pd

from gtl.config import StudyConfig
from gtl.config.people import Lacking
from gtl.domain.cohort import Cohort
from gtl.prepare.links import MatchingRules
from gtl.prepare.matching import Matched, match_variants
from gtl.prepare.overlap import check_overlap
from gtl.prepare.variant_quality import CheckedVariants, check_names, check_variants
from gtl.schema import FUNNEL, HARMONISATION_AUDIT, SHARED
from gtl.steps.association_parts import CHROMOSOMES
from gtl.steps.cohort_files import CohortFiles
from gtl.steps.leakage import LIKENESS, check_cohorts
from gtl.store import ArtifactRef, ArtifactWriter, Store

Files = Mapping[Cohort, CohortFiles]


def write_shared_variants(
    out: ArtifactWriter, config: StudyConfig, store: Store, cohorts: Mapping[Cohort, ArtifactRef]
) -> None:
    """Match the cohorts' variants by their tables of counts; the genotypes themselves stay where they are.

    Raises
    ------
    InputError
        If too few variants are shared (the message says what most likely is wrong).
    LeakageError
        If a simulated person is in the study twice (:func:`gtl.steps.leakage.check_cohorts`).
    """
    files = {cohort: CohortFiles.open(store, ref, unseal=cohort is Cohort.FINAL) for cohort, ref in cohorts.items()}
    files = {cohort: cohort_files for cohort, cohort_files in files.items() if cohort_files.exists}
    matched = _of_one_panel(config, files) if config.is_simulated else _of_files(config, files)
    out.write_table("shared.parquet", matched.shared, SHARED)
    out.write_table("audit.parquet", matched.audit, HARMONISATION_AUDIT)
    out.write_table("funnel.parquet", matched.funnel, FUNNEL)
    out.write_json(CHROMOSOMES, list(dict.fromkeys(matched.shared["chrom"])))
    out.write_json("cohorts.json", {cohort.value: ref.to_json() for cohort, ref in cohorts.items()})
    if config.is_simulated:
        out.write_json(LIKENESS, asdict(check_cohorts(store, cohorts, matched.shared)))


def _of_one_panel(config: StudyConfig, files: Files) -> Matched:
    """All of one strand; causal variants are drawn from every shared one, models use those of good quality."""
    names = {cohort: check_names(cohort_files.variants) for cohort, cohort_files in files.items()}
    large, small = names[Cohort.LARGE], names[Cohort.SMALL]
    matched = match_variants(large, small, names[Cohort.FINAL], MatchingRules(same_strand=True))
    checked = {cohort: _checked(config, files[cohort]) for cohort in (Cohort.LARGE, Cohort.SMALL)}
    kept = np.logical_and.reduce([_usable(matched.shared, side, cohort) for cohort, side in checked.items()])
    return Matched(matched.shared.assign(kept=kept), matched.audit, matched.funnel, matched.frequencies)


def _of_files(config: StudyConfig, files: Files) -> Matched:
    if Cohort.LARGE not in files:
        return _of_small(config, files)
    large, small = (_checked(config, files[cohort]) for cohort in (Cohort.LARGE, Cohort.SMALL))
    final = check_names(files[Cohort.FINAL].variants) if Cohort.FINAL in files else None
    rules = MatchingRules(config.matching.same_strand, config.matching.lacking is Lacking.IMPUTE)
    matched = match_variants(large, small, final, rules)
    check_overlap(large, small, matched.funnel, config.matching.min_overlap)
    shared = matched.shared.assign(kept=True)
    return Matched(shared, matched.audit, matched.funnel, matched.frequencies)


def _of_small(config: StudyConfig, files: Files) -> Matched:
    """The small population's own variants, where published scores alone stand for the large one."""
    small = _checked(config, files[Cohort.SMALL])
    final = check_names(files[Cohort.FINAL].variants) if Cohort.FINAL in files else None
    matched = match_variants(small, small, final, MatchingRules(same_strand=True))
    shared = matched.shared.assign(kept=True, large_row=np.int32(-1))
    audit, funnel = matched.audit, matched.funnel
    return Matched(
        shared, audit[audit["population"] != "large"], funnel[funnel["source"] != "large"], matched.frequencies
    )


def _checked(config: StudyConfig, files: CohortFiles) -> CheckedVariants:
    return check_variants(files.variants, len(files.people), config.quality_control)


def _usable(
    shared: pd.DataFrame, checked: CheckedVariants, cohort: Cohort
) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Whether the shared variants passed the quality control of one cohort."""
    place = pd.Series(checked.usable, index=pd.MultiIndex.from_frame(checked.counts[["chrom", "row"]]))
    wanted = pd.MultiIndex.from_arrays([shared["chrom"], shared[f"{cohort}_row"]])
    return np.asarray(place.reindex(wanted).to_numpy(), dtype=bool)
