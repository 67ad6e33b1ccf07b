"""VCF: phased reference haplotypes in, people's genotypes out. Only genotypes (GT) of biallelic variants."""

from gtl.formats.vcf.genotypes import write_vcf
from gtl.formats.vcf.haplotypes import read_phased_haplotypes

__all__ = ["read_phased_haplotypes", "write_vcf"]
