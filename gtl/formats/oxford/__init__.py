"""Oxford files of IMPUTE, HAPGEN2 and SNPTEST: .hap/.legend haplotypes, .gen/.sample genotypes (plain or gzip).

The counted allele is the second allele column everywhere: ``a1`` of a legend, allele B of a .gen file.
"""

from gtl.formats.oxford.genotypes import read_gen, write_gen
from gtl.formats.oxford.haplotypes import read_haplotypes, write_hap_legend
from gtl.formats.oxford.samples import SampleFile, read_sample, write_sample

__all__ = ["SampleFile", "read_gen", "read_haplotypes", "read_sample", "write_gen", "write_hap_legend", "write_sample"]
