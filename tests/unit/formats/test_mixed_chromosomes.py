"""One cohort, a file a chromosome: hard calls of one, imputed dosages of the other."""

import numpy as np

from gtl.domain.genotypes import Variants
from gtl.formats.genotype_file import read_people

HEADER = (
    "##fileformat=VCFv4.3\n##contig=<ID=1>\n##contig=<ID=2>\n"
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
    '##FORMAT=<ID=DS,Number=A,Type=Float,Description="Dosage">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts\tt\n"
)


def test_a_missing_hard_call_beside_imputed_dosages_stays_missing(tmp_path):
    (tmp_path / "chr1.vcf").write_text(HEADER + "1\t5\trs1\tA\tG\t.\t.\t.\tGT\t0/1\t./.\n")
    (tmp_path / "chr2.vcf").write_text(HEADER + "2\t5\trs2\tA\tG\t.\t.\t.\tDS\t0.5\t2\n")
    texts = [np.array(column, dtype=object) for column in (["1", "2"], ["rs1", "rs2"], ["A", "A"], ["G", "G"])]
    wanted = Variants(texts[0], np.array([5, 5]), *texts[1:])
    found = read_people(tmp_path / "chr{chrom}.vcf", wanted)
    np.testing.assert_array_equal(found.genotypes.dosages, np.float32([[1, np.nan], [0.5, 2]]))
