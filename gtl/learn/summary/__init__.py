"""Effects of variants from summary statistics and linkage disequilibrium, and weights of scores: arrays in, arrays out.

Holds no files but those of LD, no settings and no store. Statistics are z-scores signed for the allele that the LD's
genotypes count, effects are on the standardised scale: standard deviations of the trait for one of the genotype.
"""
