"""The association of the large population where its statistics stand for its people: as if it had been tested here."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gtl.config import StudyConfig
from gtl.schema import ASSOCIATION, SOURCE_STATISTICS, SOURCE_WEIGHTS, VARIANTS
from gtl.steps.association_parts import PARTS
from gtl.steps.source_traits import WEIGHTS, statistics_file
from gtl.store import Artifact, ArtifactRef, ArtifactWriter, Job, Store

_TABLES = ("cohort", "training")
"""Those of a tested population: statistics are of all people at once."""


def write_source_association(
    out: ArtifactWriter, config: StudyConfig, store: Store, chromosome: str, jobs: Sequence[Job]
) -> None:
    """Table ASSOCIATION of a chromosome's variants by the first source's statistics, an artefact a trait.

    Parameters
    ----------
    jobs
        A trait's artefact each, with the input ``statistics``.
    """
    found: list[ArtifactRef] = []
    for job in jobs:
        table = _association(store.read(job.inputs["statistics"]), config, chromosome)

        def write(part: ArtifactWriter, table: pd.DataFrame = table) -> None:
            for name in _TABLES:
                part.write_table(f"{name}.parquet", table, ASSOCIATION)

        found.append(store.run_job(job, write))
    out.write_json(PARTS, {ref.key: ref.sha256 for ref in found})


def _association(statistics: Artifact, config: StudyConfig, chromosome: str) -> pd.DataFrame:
    """By the first source that has statistics of the trait; unknown throughout where published scores alone do."""
    wanted = [("chrom", "==", chromosome)]
    files = [statistics_file(name) for name in config.in_order if statistics_file(name) in statistics.files]
    if files:
        table = statistics.read_table(files[0], SOURCE_STATISTICS, wanted)
    else:
        figures = [name for name in SOURCE_STATISTICS.names if name not in VARIANTS.names]
        scored = statistics.read_table(WEIGHTS, SOURCE_WEIGHTS, wanted)
        table = scored[VARIANTS.names].assign(**dict.fromkeys(figures, np.nan))
    p_value = np.power(10.0, -table["neg_log10_p"].to_numpy())
    n = table["n"].fillna(0).round().astype(np.int32)
    unknown = {name: np.nan for name in ("frequency_case", "frequency_control")}
    odds_ratio = np.exp(table["beta"])
    association: pd.DataFrame = table.assign(n=n, p_value=p_value, odds_ratio=odds_ratio, **unknown)[ASSOCIATION.names]
    return association
