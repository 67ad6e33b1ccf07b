"""The truth behind a simulated phenotype, for the one method that may know it."""

from collections.abc import Mapping

import numpy as np

from gtl.errors import ArtifactCorrupt, InputError, LeakageError
from gtl.methods.base import CausalEffects
from gtl.methods.registry import method_info
from gtl.schema import CAUSAL, VARIANTS
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.store import ArtifactRef, Store

_FIRST_TRAIT = 1
"""The trait that is studied."""


def read_truth(store: Store, method: str, inputs: Mapping[str, ArtifactRef]) -> CausalEffects | None:
    """Causal SNPs, as rows of the shared variants, for a method that needs the truth; None for any other.

    Raises
    ------
    LeakageError
        When the phenotype, where the truth lies, is among the inputs of a method that may not see it.
    InputError
        When it is missing among the inputs of the one that needs it.
    """
    check_truth_kept(method, inputs)
    if not method_info(method).needs_truth:
        return None
    if "phenotype" not in inputs:
        raise InputError(f"{method}: it needs the phenotype's causal SNPs; pass apply_method the phenotype")
    return _causal_effects(SharedGenotypes.open(store, inputs["genotypes"]), store, inputs["phenotype"])


def check_truth_kept(method: str, inputs: Mapping[str, ArtifactRef]) -> None:
    """Raise :class:`LeakageError` when a method that may not see the phenotype's artefact is handed it."""
    if "phenotype" in inputs and not method_info(method).needs_truth:
        raise LeakageError(f"{method}: it was handed the phenotype's causal SNPs, which only the oracle may see")


def _causal_effects(genotypes: SharedGenotypes, store: Store, phenotype: ArtifactRef) -> CausalEffects:
    causal = store.read(phenotype).read_table("causal.parquet", CAUSAL)
    causal = causal[causal["trait"] == _FIRST_TRAIT]
    shared = genotypes.table[VARIANTS.names].assign(row=np.arange(len(genotypes.table)))
    found = causal.merge(shared, on=VARIANTS.names)
    if len(found) != len(causal):
        raise ArtifactCorrupt(
            f"{len(causal)} causal SNPs match {len(found)} of the shared variants; delete the phenotype and rerun"
        )
    return CausalEffects(*(found[name].to_numpy() for name in ("row", "effect_small", "frequency_small")))
