import gzip

import numpy as np
import pytest

from gtl.domain.genotypes import Variants
from gtl.domain.summary_stats import SummaryStats
from gtl.formats.summary_statistics.writer import StudyParticulars, write_gwas_ssf
from gtl.prepare.summary_statistics import read_statistics


def statistics(*rows):
    chrom, pos, rsid, ref, alt, *figures = zip(*rows, strict=True)
    words = [np.array(column, dtype=object) for column in (chrom, rsid, ref, alt)]
    variants = Variants(words[0], np.array(pos), words[1], words[2], words[3])
    return SummaryStats(variants, *(np.array(column, dtype=np.float64) for column in figures))


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "out.tsv.gz"
    parts = [
        statistics(
            ("2", 9, "rs9", "A", "G", 0.1, 0.05, 400.25, 1000, 0.3),
            ("2", 5, "2:5:A:AT", "A", "AT", -0.1, 0.05, 1.3, np.nan, np.nan),
            ("2", 7, "rs7", "D", "I", -0.1, 0.05, 1.3, 10, 0.1),
        ),
        statistics(("X", 1, "rs1", "C", "T", 1.5, 1, 0.875, 7, 0.5), ("X", 0, "rs2", "C", "T", 1, 1, 0.5, 7, 0.5)),
    ]
    assert write_gwas_ssf(path, parts, StudyParticulars("height", 1000)) == 3
    return path


def test_rows_are_sorted_and_numbered_as_the_standard_has_it(written):
    rows = [line.split("\t") for line in gzip.decompress(written.read_bytes()).decode().splitlines()[1:]]
    assert [row[:4] for row in rows] == [["2", "5", "AT", "A"], ["2", "9", "G", "A"], ["23", "1", "T", "C"]]
    assert rows[0][6:] == ["#NA", rows[0][7], "2_5_A_AT", "#NA", "#NA"]
    assert float(rows[1][7].removesuffix("e-401")) == pytest.approx(10**0.75)
    assert rows[1][8:] == ["2_9_A_G", "rs9", "1000"]


def test_small_p_values_and_unknown_figures_read_back(written):
    found = read_statistics(str(written)).stats
    assert found.variants.chrom.tolist() == ["2", "2", "X"]
    np.testing.assert_allclose(found.neg_log10_p, [1.3, 400.25, 0.875])
    np.testing.assert_allclose(found.n, [np.nan, 1000, 7])
    np.testing.assert_allclose(found.frequency, [np.nan, 0.3, 0.5])
