"""Single-SNP tests: association with a trait, Hardy-Weinberg, LD, genomic control."""

from gtl.association.hardy_weinberg import hardy_weinberg_exact
from gtl.association.inflation import lambda_gc
from gtl.association.linkage import ld_matrix, rows_around
from gtl.association.scan import scan, scan_traits
from gtl.association.single_snp import associate

__all__ = [
    "associate",
    "hardy_weinberg_exact",
    "lambda_gc",
    "ld_matrix",
    "rows_around",
    "scan",
    "scan_traits",
]
