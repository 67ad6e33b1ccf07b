"""Cohorts in the files of other tools, one module a format, all read as blocks of variants.

Callers open them by :func:`gtl.formats.genotype_source.open_genotypes`. What a study does with the blocks is not here.
"""
