import subprocess
import sys

import numpy as np
import pytest

from gtl.errors import InputError
from gtl.formats.genotype_parquet import read_genotypes
from gtl.formats.genotype_source import open_genotypes
from gtl.prepare.imported import import_chromosome
from gtl.schema import VARIANT_COUNTS, to_arrow

VCF = """##fileformat=VCFv4.2
##contig=<ID=1>
##FORMAT=<ID=GT,Number=1,Type=String,Description="genotype">
##FORMAT=<ID=DS,Number=1,Type=Float,Description="dosage">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tp1\tp2\tp3
1\t9\trs9\tA\tG\t.\t.\t.\tGT:DS\t0/0:0\t0/1:1\t./.:.
1\t5\trs5\tA\tG,T\t.\t.\t.\tGT:DS\t0/0:0\t0/1:1\t./.:.
1\t7\t.\tC\tT\t.\t.\t.\tGT:DS\t0/1:0.75\t1/1:2\t0/0:0.25
"""


@pytest.fixture
def source(tmp_path):
    (tmp_path / "x.vcf").write_text(VCF)
    return lambda field="GT": open_genotypes(f"{tmp_path}/x.vcf", field=field)


def test_counts_of_hard_calls(source, tmp_path):
    seen = []
    found = import_chromosome(source(), "1", tmp_path / "o.parquet", on_progress=seen.append)
    assert found.variants.values.tolist() == [
        ["1", 9, "rs9", "A", "G", 0, 2, 0.25, 1, 1, 0],
        ["1", 7, "1:7:C:T", "C", "T", 1, 3, 0.5, 1, 1, 1],
    ]
    assert (found.called.tolist(), found.het.tolist(), found.n_variants) == ([2, 2, 1], [1, 1, 0], 2)
    assert [(row.rsid, row.reason) for row in found.left_out] == [("rs5", "more than one alternate allele")]
    assert (found.imputed, seen) == (False, [2])
    to_arrow(found.variants, VARIANT_COUNTS)
    assert read_genotypes(tmp_path / "o.parquet").dosages.tolist() == [[0, 1, -1], [1, 2, 0]]


def test_people_who_are_kept(source, tmp_path):
    found = import_chromosome(source("DS"), "1", tmp_path / "o.parquet", np.array([2, 0]))
    matrix = read_genotypes(tmp_path / "o.parquet")
    assert (matrix.samples.tolist(), found.imputed) == (["p3", "p1"], True)
    np.testing.assert_array_equal(matrix.dosages, np.float32([[np.nan, 0], [0.25, 0.75]]))
    assert found.variants["frequency"].tolist() == [0, 0.25]
    assert found.variants[["called", "hom_ref", "het"]].values.tolist() == [[1, 1, 0], [2, 1, 1]]
    assert found.called.tolist() == [1, 2]


def test_dosages_that_are_whole_among_the_people_kept(source, tmp_path):
    found = import_chromosome(source("DS"), "1", tmp_path / "o.parquet", np.array([1]))
    assert not found.imputed
    assert read_genotypes(tmp_path / "o.parquet").dosages.tolist() == [[1], [2]]


def test_a_second_import_names_what_is_left_out_once(source, tmp_path):
    opened = source()
    for _ in range(2):
        assert len(import_chromosome(opened, "1", tmp_path / "o.parquet").left_out) == 1


def test_a_chromosome_of_which_nothing_is_left(tmp_path):
    (tmp_path / "x.vcf").write_text("".join(VCF.splitlines(keepends=True)[:5] + VCF.splitlines(keepends=True)[6:7]))
    found = import_chromosome(open_genotypes(f"{tmp_path}/x.vcf"), "1", tmp_path / "o.parquet")
    assert (found.n_variants, found.called.tolist(), len(found.left_out)) == (0, [0, 0, 0], 1)
    to_arrow(found.variants, VARIANT_COUNTS)


def test_nothing_is_left_of_an_import_that_failed(source, tmp_path):
    opened = source()
    (tmp_path / "x.vcf").write_text(VCF + "1\t10\trs10\tA\tG\t.\t.\t.\tGT\t0/0\n")
    with pytest.raises(InputError, match=r"x\.vcf: cannot be read as VCF"):
        import_chromosome(opened, "1", tmp_path / "o.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["x.vcf"]


PEAK = """
import resource, sys
from pathlib import Path
from gtl.formats.genotype_source import open_genotypes
from gtl.prepare.imported import import_chromosome
folder, n_people, n_variants = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
with open(folder / "x.bed", "wb") as bed:
    bed.write(bytes.fromhex("6c1b01"))
    for row in range(n_variants):
        bed.write(bytes([(row * 37 + byte) % 251 for byte in range(-(-n_people // 4))]))
rows = (f"1 rs{row} 0 {row + 1} A G\\n" for row in range(n_variants))
(folder / "x.bim").write_text("".join(rows))
(folder / "x.fam").write_text("".join(f"p{person} p{person} 0 0 0 -9\\n" for person in range(n_people)))
found = import_chromosome(open_genotypes(str(folder / "x")), "1", folder / "x.parquet")
assert found.n_variants == n_variants
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def test_ten_times_the_variants_take_no_more_memory(tmp_path):
    def peak_mb(n_variants):
        arguments = [sys.executable, "-c", PEAK, str(tmp_path), "4000", str(n_variants)]
        return float(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)

    few, many = peak_mb(3000), peak_mb(30_000)
    # 27,000 more variants are 108 MB of dosages; only their names and counts, some 200 bytes each, are kept.
    assert many < few + 25
