"""PLINK 1.9 (Chang et al. 2015, GigaScience 4:7): association.

The counted allele stays ``alt`` throughout: it is A1 in the files, and ``--keep-allele-order`` holds it there.
"""

from gtl.engines.plink.association import PlinkAssociation

__all__ = ["PlinkAssociation"]
