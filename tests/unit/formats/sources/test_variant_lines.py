from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.errors import InputError
from gtl.formats.sources.variant_lines import find_variants


def bim(path, chromosomes, separator="\t", end="\n"):
    rows = [(name, f"rs{row}", "0", str(row + 1), "A", "G") for row, name in enumerate(chromosomes)]
    path.write_text("".join(separator.join(row) + end for row in rows), newline="")
    return path


def runs_of(names):
    cuts = [0, *(row for row in range(1, len(names)) if names[row] != names[row - 1]), len(names)]
    found = {}
    for start, stop in pairwise(cuts):
        found.setdefault(names[start], []).append((start, stop))
    return found


@given(st.lists(st.tuples(st.sampled_from(["1", "11", "2", "X"]), st.integers(1, 300)), min_size=1, max_size=12))
def test_runs_of_chromosomes(tmp_path_factory, parts):
    names = [name for name, length in parts for _ in range(length)]
    found = find_variants(bim(tmp_path_factory.mktemp("bim") / "x.bim", names))
    assert (found.runs, found.n_variants) == (runs_of(names), len(names))
    for name in found.runs:
        rows = [row for first, variants in found.read(name, 70) for row in range(first, first + len(variants))]
        ids = np.concatenate([variants.rsid for _, variants in found.read(name, 70)])
        assert ids.tolist() == [f"rs{row}" for row in rows]
        assert [names[row] for row in rows] == [name] * names.count(name)


@pytest.mark.parametrize(("separator", "end"), [("\t", "\n"), (" ", "\n"), ("  \t", "\n"), ("\t", "\r\n")])
def test_a_file_of_several_megabytes_however_it_is_separated(tmp_path, separator, end):
    names = ["21"] * 60_000 + ["22"] * 60_000
    found = find_variants(bim(tmp_path / "x.bim", names, separator, end))
    assert found.runs == {"21": [(0, 60_000)], "22": [(60_000, 120_000)]}
    blocks = [variants for _, variants in found.read("22", 50_000)]
    assert [len(block) for block in blocks] == [50_000, 10_000]
    assert (blocks[0].rsid[0], blocks[1].rsid[-1]) == ("rs60000", "rs119999")
    assert (blocks[0].ref[0], blocks[0].alt[0], blocks[0].pos[0]) == ("G", "A", 60_001)


def test_one_line_longer_than_all_others_together(tmp_path):
    long = "A" * 20_000
    lines = [f"1\trs{row}\t0\t{row}\tA\tG\n" for row in range(100)] + [f"2\trs100\t0\t5\t{long}\tG\n"]
    (tmp_path / "x.bim").write_text("".join(lines))
    assert find_variants(tmp_path / "x.bim").runs == {"1": [(0, 100)], "2": [(100, 101)]}


def test_several_alternates_far_into_a_file(tmp_path):
    lines = ["#CHROM\tPOS\tID\tREF\tALT\tINFO\n", *(f"1\t{row}\trs{row}\tA\tG\ta,b\n" for row in range(90_000))]
    lines[80_001] = "1\t80000\trs80000\tA\tG,T,C\ta,b\n"
    (tmp_path / "x.pvar").write_text("".join(lines))
    assert find_variants(tmp_path / "x.pvar").multiallelic == {80_000: 3}


@pytest.mark.parametrize(
    "line", ["1\trs5\t0\t5\tA", "1\trs5\t0\t5\tA\t\tG", "1\trs 5\t0\t5\tA\tG", "1\trs5\t0\t\tA\tG"]
)
def test_a_line_of_other_columns_is_named(tmp_path, line):
    path = bim(tmp_path / "x.bim", ["1"] * 100)
    lines = path.read_text().splitlines()
    lines[70] = line
    path.write_text("\n".join(lines) + "\n")
    if len(line.split()) == 6:
        assert len(next(iter(find_variants(path).read("1", 500)))[1]) == 100
        return
    with pytest.raises(InputError, match=r"x\.bim: line 71: [57] columns, expected 6"):
        list(find_variants(path).read("1", 500))


def test_a_blank_line_is_named(tmp_path):
    path = bim(tmp_path / "x.bim", ["1"] * 100)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:70], "", *lines[70:]]) + "\n")
    with pytest.raises(InputError, match=r"x\.bim: line 71: blank, expected a variant"):
        find_variants(path)
