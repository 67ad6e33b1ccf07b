import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gtl.domain.genotypes import Haplotypes, Variants
from gtl.errors import InputError
from gtl.formats.oxford import read_haplotypes, write_hap_legend
from gtl.formats.text_file import BLOCK_BYTES

LEGEND = "id position a0 a1\nrs1 100 A G\nrs2 200 C T\n"
HAP = "0 1 1 0\n1 1 0 1\n"


def read(tmp_path, hap=HAP, legend=LEGEND):
    (tmp_path / "x.hap").write_text(hap)
    (tmp_path / "x.legend").write_text(legend)
    return read_haplotypes(tmp_path / "x.hap", tmp_path / "x.legend", "21")


@pytest.mark.parametrize(
    "hap", [HAP, HAP[:-1], HAP.replace("\n", "\r\n"), HAP.replace("\n", " \n"), HAP.replace(" ", "\t")]
)
@pytest.mark.parametrize(
    "legend",
    [
        LEGEND,
        "'id' 'position' 'a0' 'a1'\n'rs1' 100 'A' 'G'\n'rs2' 200 'C' 'T'\n",
        "id position a0 a1\nrs1 100 A G\nrs2 200 C TRUE\n",  # R's T
        "rs position X0 X1\nrs1 100  A G \nrs2 200  C T \n",
        '"id" "position" "a0" "a1"\n"rs1" 100 "A" "G"\n"rs2" 200 "C" "T"\n',
        "id position a0 a1 type\nrs1 100 A G x\nrs2 200 C T y\n",
    ],
)
def test_reads_hap_and_legend(tmp_path, hap, legend):
    found = read(tmp_path, hap, legend)
    assert found.alleles.tolist() == [[0, 1, 1, 0], [1, 1, 0, 1]]
    assert found.alleles.dtype == np.int8
    assert found.variants.chrom.tolist() == ["21", "21"]
    assert found.variants.pos.tolist() == [100, 200]
    assert found.variants.rsid.tolist() == ["rs1", "rs2"]
    assert (found.variants.ref.tolist(), found.variants.alt.tolist()) == (["A", "C"], ["G", "T"])


def test_variants_without_ids_are_named_by_position_and_alleles_are_in_capitals(tmp_path):
    found = read(tmp_path, legend="id position a0 a1\n. 100 a g\nrs2 200 C <del>\n")
    assert found.variants.rsid.tolist() == ["21:100:A:G", "rs2"]
    assert (found.variants.ref.tolist(), found.variants.alt.tolist()) == (["A", "C"], ["G", "<del>"])


def test_a_blank_line_at_the_end_and_a_byte_order_mark_are_left_out(tmp_path):
    assert read(tmp_path, "\ufeff" + HAP + "\n", "\ufeff" + LEGEND + "\n").alleles.shape == (2, 4)


@pytest.mark.parametrize(
    ("hap", "message"),
    [
        ("0 1 1 0\n1 2 0 1\n", "x.hap: line 2, column 2: allele '2', expected 0 or 1"),
        ("0 1 1 0\n1 ? 0 1\n", "line 2, column 2: allele '\\?', expected 0 or 1"),
        ("0 1 1 0\n1 1 0\n", "line 2: 3 alleles, expected 4"),
        ("0 1 1 0\n\n1 1 0 1\n", "line 2: 0 alleles, expected 4"),
        ("0 1 1 0\n1 10 1\n", "line 2: alleles without a blank"),
        ("0 1 1 0\n", "x.hap has 1 variants but .*x.legend has 2"),
        (HAP + "0 0 0 0\n", "x.hap has 3 variants but .*x.legend has 2"),
        ("", "x.hap: file is empty"),
        ("\n\n", "x.hap: only blank lines"),
        ("\n0 1\n", "x.hap: line 1: 0 alleles, expected an even number"),
        ("0 1 1\n1 1 0\n", "x.hap: line 1: 3 alleles, expected an even number: two haplotypes of each person"),
        ("0\n1\n", "x.hap: line 1: 1 alleles, expected an even number"),
    ],
)
def test_bad_haplotypes_are_refused(tmp_path, hap, message):
    with pytest.raises(InputError, match=message):
        read(tmp_path, hap)


@pytest.mark.parametrize(
    ("legend", "message"),
    [
        ("rs1 100 A G\nrs2 200 C T\n", "line 1: 'rs1 100 A G', expected a header"),
        ("id position a0 a1\nrs1 100 A\n", "line 2: 3 columns, expected 4"),
        ("id position a0 a1\nrs1 1x2 A G\n", "line 2: position '1x2' is not a whole number"),
        ("id position a0 a1\nrs1 200 A G\nrs2 100 C T\n", "line 3: position 100 comes after 200"),
        ("id position a0 a1\nrs1 200 A A\n", "line 2: rs1 has the same allele twice"),
        *(
            (f"id position a0 a1\nrs1 200 A G{mark}T\n", "line 2: rs1 has alleles 'A' and 'G.T', expected one")
            for mark in ",|/"
        ),
        ("id position a0 a1\nrs1 200 A a\n", "line 2: rs1 has the same allele twice"),
        ("id position a0 a1\nrs1 1² A G\n", "line 2: position '1²' is not a whole number"),
        ("id position a0 a1\nrs1 1 A G\nrs2 99999999999999999999 A G\n", "line 3: position '9+' is above 2147483647"),
        ("id position a0 a1\nrs1 100 A G\n\nrs2 200 C T\n", "line 3: 0 columns, expected 4"),
        ("id position a0 a1\n", "no variants"),
    ],
)
def test_bad_legends_are_refused(tmp_path, legend, message):
    with pytest.raises(InputError, match=message):
        read(tmp_path, legend=legend)


def test_a_truncated_hap_file_is_refused(tmp_path):
    (tmp_path / "x.legend").write_text(LEGEND)
    (tmp_path / "x.hap.gz").write_bytes(gzip.compress(HAP.encode())[:-9])
    with pytest.raises(InputError, match=r"x\.hap\.gz: gzip file is cut off"):
        read_haplotypes(tmp_path / "x.hap.gz", tmp_path / "x.legend", "21")


def test_a_wrong_allele_is_found_behind_the_first_block(tmp_path):
    n_rows = BLOCK_BYTES // 20_000 + 2
    row = "0 " * 9_999 + "1\n"
    legend = "id position a0 a1\n" + "".join(f"rs{i} {i} A C\n" for i in range(n_rows))
    with pytest.raises(InputError, match=f"line {n_rows}, column 10000: allele '7'"):
        read(tmp_path, row * (n_rows - 1) + row.replace("1", "7"), legend)


@given(
    alleles=st.integers(1, 3).flatmap(
        lambda n: arrays(np.int8, st.tuples(st.integers(1, 5), st.just(2 * n)), elements=st.integers(0, 1))
    )
)
def test_written_haplotypes_read_the_same(tmp_path_factory, alleles):
    n = len(alleles)
    text = np.array([f"rs{i}" for i in range(n)], dtype=object)
    variants = Variants(np.full(n, "7", object), np.arange(n), text, np.full(n, "A", object), np.full(n, "T", object))
    folder = tmp_path_factory.mktemp("hap")
    write_hap_legend(Haplotypes(variants, alleles), folder / "hap", folder / "legend")
    found = read_haplotypes(folder / "hap", folder / "legend", "7")
    np.testing.assert_array_equal(found.alleles, alleles)
    assert found.variants.rsid.tolist() == variants.rsid.tolist()


def test_written_files_are_plain_text(tmp_path, haplotypes):
    write_hap_legend(haplotypes, tmp_path / "hap", tmp_path / "legend")
    assert (tmp_path / "hap").read_text() == "0 1 1 0\n1 1 0 1\n0 0 0 1\n"
    assert (tmp_path / "legend").read_text() == "id position a0 a1\nrs1 100 A G\nrs2 200 C T\nrs3 300 G T\n"


def test_reads_the_real_haplotypes(shared):
    folder = shared / "data/hapmap2_chr21"
    found = read_haplotypes(folder / "hapmap2_chr21.CEU.hap.gz", folder / "hapmap2_chr21.legend.gz", "21")
    assert found.alleles.shape == (46_556, 120)
    carried = found.alleles.sum(axis=1)
    assert np.count_nonzero((carried > 0) & (carried < 120)) == 32_724


@pytest.mark.parametrize("allele", ["G,T", "*", "<*>", "<NON_REF>"])
def test_a_column_with_other_than_one_allele_is_refused(tmp_path, allele):
    with pytest.raises(InputError, match=r"x\.legend: line 3: rs2 has alleles 'C' and '.*', expected one in each"):
        read(tmp_path, legend=f"id position a0 a1\nrs1 100 A G\nrs2 200 C {allele}\n")
