"""PhenotypeSimulator, the R package (Meyer & Birney, Bioinformatics 34:2951, 2018): the paper's Module 2 by itself.

Its function ``runSimulation`` draws causal SNPs and effects of its own and takes no list of them, but a study's two
populations have to have the same ones. Of the ways in reference/phenotypesimulator/SPEC.md, section 8, this is (b): the
package draws all that is random about a population (kinship effect, correlated and observational noise, covariates),
``h2s`` being 0; the effect of the SNPs, dosage times given effect size, is computed here; and every part is scaled to
its variance by the package's rule, which is one factor a part, so that nothing else about it changes.
"""

from gtl.engines.phenotype_simulator.engine import PhenotypeSimulator

__all__ = ["PhenotypeSimulator"]
