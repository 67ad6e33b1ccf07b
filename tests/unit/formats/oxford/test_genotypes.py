import io

import numpy as np
import pytest

from gtl.errors import InputError
from gtl.formats.oxford import read_gen, write_gen, write_sample

GEN = "snp_0 rs1 100 A G 1 0 0 0 1 0 \nsnp_1 rs2 200 C T 0 0 1 0 0 0 \n"
SAMPLE = "ID_1 ID_2 missing pheno\n0 0 0 B\na a 0 1\nb b 0 0\n"


def read(tmp_path, gen=GEN, sample=SAMPLE):
    (tmp_path / "x.gen").write_text(gen)
    (tmp_path / "x.sample").write_text(sample)
    return read_gen(tmp_path / "x.gen", tmp_path / "x.sample", "21")


@pytest.mark.parametrize(
    "gen",
    [GEN, GEN.replace(" \n", "\n"), GEN.replace(" ", "\t"), GEN.replace("0 1 0", "0 1.0 0"), GEN.replace("\n", "\r\n")],
)
def test_counts_the_second_allele(tmp_path, gen):
    found = read(tmp_path, gen)
    assert found.dosages.tolist() == [[0, 1], [2, -1]]
    assert found.samples.tolist() == ["a", "b"]
    assert found.variants.rsid.tolist() == ["rs1", "rs2"]
    assert found.variants.pos.tolist() == [100, 200]
    assert (found.variants.ref.tolist(), found.variants.alt.tolist()) == (["A", "C"], ["G", "T"])


def test_reads_a_file_of_no_people(tmp_path):
    found = read(tmp_path, "snp_0 rs1 100 A G \n", "ID_1 ID_2 missing pheno\n0 0 0 B\n")
    assert found.dosages.shape == (1, 0)


@pytest.mark.parametrize(
    ("gen", "message"),
    [
        ("snp_0 rs1 100 A\n", "x.gen: line 1: 4 columns"),
        ("snp_0 rs1 100 A G 1 0 0\n", "line 1: 3 probabilities, expected 6: .* 2 people"),
        ("snp_0 rs1 100 A G 1 0 0 0.1 0.9 0\n", "line 1: sample 'b': probabilities 0.1 0.9 0, expected one 1"),
        ("snp_0 rs1 100 A G 1 0 0 1 1 0\n", "line 1: sample 'b': probabilities 1 1 0"),
        ("snp_0 rs1 100 A G 1 0 0 0 0.5 0\n", "line 1: sample 'b': probabilities 0 0.5 0"),
        ("snp_0 rs1 100 A G 1 0 0 nan 0 0\n", "line 1: sample 'b': probabilities nan 0 0"),
        ("snp_0 rs1 100 A G 1 0 0 0 -1 1\n", "line 1: sample 'b': probabilities 0 -1 1"),
        ("snp_0 rs1 100 A G 1 0 0 NA NA NA\n", "line 1: probabilities must be numbers"),
        ("snp_0 rs1 x A G 1 0 0 1 0 0\n", "line 1: position 'x' is not a whole number"),
    ],
)
def test_bad_genotypes_are_refused(tmp_path, gen, message):
    with pytest.raises(InputError, match=message):
        read(tmp_path, gen)


def test_writes_what_hapgen2_writes(matrix):
    file = io.BytesIO()
    write_gen(matrix, file)
    assert file.getvalue().decode().splitlines() == [
        "snp_0 rs1 100 A G 1 0 0 0 1 0 0 0 1 1 0 0",
        "snp_1 rs2 200 C T 0 0 1 0 0 1 0 1 0 0 0 0",
        "snp_2 rs3 300 G T 1 0 0 1 0 0 1 0 0 0 1 0",
    ]


def test_written_genotypes_read_the_same(tmp_path, matrix):
    write_gen(matrix, tmp_path / "gen")
    write_sample(matrix.samples, tmp_path / "sample")
    found = read_gen(tmp_path / "gen", tmp_path / "sample", "21")
    np.testing.assert_array_equal(found.dosages, matrix.dosages)
    assert found.samples.tolist() == matrix.samples.tolist()
