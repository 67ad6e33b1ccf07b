"""The association of one trait, which lies chromosome by chromosome."""

from collections.abc import Mapping

import pandas as pd

from gtl.schema import ASSOCIATION
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.store import ArtifactRef, Store


def read_association(
    store: Store, shared: SharedGenotypes, parts: Mapping[str, ArtifactRef], name: str
) -> pd.DataFrame:
    """One trait's table ASSOCIATION of all shared variants, a row each in their order.

    Parameters
    ----------
    parts
        Chromosome → the trait's artefact.
    name
        ``training``, or of the first draw ``cohort``.
    """
    tables = [store.read(parts[chromosome]).read_table(f"{name}.parquet", ASSOCIATION) for chromosome in shared.places]
    return pd.concat(tables, ignore_index=True)
