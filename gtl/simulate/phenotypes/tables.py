"""Tables of a simulated phenotype: its causal SNPs and its components."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from gtl.domain.cohort import Population
from gtl.domain.genotypes import GenotypeMatrix
from gtl.simulate.phenotypes.causal import CausalSnps, allele_frequency
from gtl.simulate.phenotypes.population import SimulatedPhenotype
from gtl.simulate.phenotypes.variance import Component, Role, VarianceShares


def causal_table(
    genotypes: Mapping[Population, GenotypeMatrix],
    causal: Mapping[Population, CausalSnps],
    simulated: Mapping[Population, SimulatedPhenotype],
) -> pd.DataFrame:
    """One row a causal SNP and trait (gtl.schema.CAUSAL), SNPs in the order of :class:`CausalSnps`."""
    snps = causal[Population.SMALL]
    n_causal, n_traits = snps.beta.shape
    variants = genotypes[Population.SMALL].variants.take(np.repeat(snps.rows, n_traits))
    columns: dict[str, object] = {name: getattr(variants, name) for name in ("chrom", "pos", "rsid", "ref", "alt")}
    columns["role"] = np.repeat([_role(independent).value for independent in snps.independent], n_traits)
    columns["trait"] = np.tile(np.arange(1, n_traits + 1, dtype=np.int16), n_causal)
    for population in Population:
        columns[f"beta_{population}"] = causal[population].beta.ravel()
        columns[f"effect_{population}"] = simulated[population].causal_effects.ravel()
        frequency = allele_frequency(genotypes[population].dosages[snps.rows])
        columns[f"frequency_{population}"] = np.repeat(frequency, n_traits)
    return pd.DataFrame(columns)


def component_table(simulated: Mapping[Population, SimulatedPhenotype], shares: VarianceShares) -> pd.DataFrame:
    """One row a population, trait and part with a share of the variance (gtl.schema.COMPONENTS).

    A part that nothing acts through (no SNP has the role) is lost, as in the R package: its realised variance is 0.
    """
    rows = [
        (population.value, trait, component.value, role.value, shares.target(component, role), variance)
        for population in Population
        for component in Component
        for role in Role
        if shares.target(component, role) > 0
        for trait, variance in enumerate(_variances(simulated[population], component, role), start=1)
    ]
    table = pd.DataFrame(rows, columns=["population", "trait", "component", "role", "target", "realised"])
    return table.astype({"trait": np.int16})


def _role(independent: bool) -> Role:
    return Role.INDEPENDENT if independent else Role.SHARED


def _variances(simulated: SimulatedPhenotype, component: Component, role: Role) -> list[float]:
    """Sample variance of each trait in one part."""
    for part in simulated.parts:
        if (part.component, part.role) == (component, role):
            return [float(variance) for variance in part.values.var(axis=0, ddof=1)]
    return [0.0] * simulated.liability.shape[1]
