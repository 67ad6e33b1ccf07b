"""PLINK 1.9 (Chang et al. 2015, GigaScience 4:7): association, LD, quality control, VCF.

The counted allele stays ``alt`` throughout: it is A1 in the files, and ``--keep-allele-order`` holds it there.
"""

from gtl.engines.plink.association import PlinkAssociation
from gtl.engines.plink.conversion import plink_vcf
from gtl.engines.plink.linkage import plink_ld_matrix
from gtl.engines.plink.quality import plink_quality_control

__all__ = ["PlinkAssociation", "plink_ld_matrix", "plink_quality_control", "plink_vcf"]
