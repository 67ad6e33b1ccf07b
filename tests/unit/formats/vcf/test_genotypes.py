import io

from gtl.formats.vcf import write_vcf


def test_writes_a_line_a_variant(matrix):
    file = io.BytesIO()
    write_vcf(matrix, file)
    assert file.getvalue().decode().splitlines() == [
        "##fileformat=VCFv4.2",
        "##contig=<ID=21>",
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tp1\tp2\tp3\tp4",
        "21\t100\trs1\tA\tG\t.\tPASS\t.\tGT\t0/0\t0/1\t1/1\t0/0",
        "21\t200\trs2\tC\tT\t.\tPASS\t.\tGT\t1/1\t1/1\t0/1\t./.",
        "21\t300\trs3\tG\tT\t.\tPASS\t.\tGT\t0/0\t0/0\t0/0\t0/1",
    ]
