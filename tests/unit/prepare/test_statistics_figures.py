"""What figures of a file say: effects, their errors, p-values and how many people they are of."""

import numpy as np
import pytest

from gtl.errors import InputError
from gtl.prepare.statistics_people import People
from gtl.prepare.summary_statistics import read_statistics
from tests.unit.prepare.statistics_files import write


def test_z_without_people_stops(tmp_path):
    path = write(tmp_path, "SNP A1 A2 Z", "rs1 A G 4")
    with pytest.raises(InputError, match="give --n"):
        read_statistics(str(path))
    np.testing.assert_array_equal(read_statistics(str(path), people=People(n=100)).stats.n, [100])


@pytest.mark.parametrize("scale", ["logarithm", "ratio"])
def test_the_scale_of_errors_of_odds_ratios_is_told_by_p(scale, tmp_path):
    # OR 2 and 0.25, standard errors of the log odds 0.2 and 0.4: Z 3.466 and 3.466.
    errors = {"logarithm": (0.2, 0.4), "ratio": (0.4, 0.1)}[scale]
    rows = [f"rs{row} A G {ratio} {se} 0.000529" for row, (ratio, se) in enumerate(zip((2, 0.25), errors, strict=True))]
    found = read_statistics(str(write(tmp_path, "SNP A1 A2 OR SE P", *rows)))
    np.testing.assert_allclose(found.stats.beta, np.log([2, 0.25]))
    np.testing.assert_allclose(found.stats.se, [0.2, 0.4])
    assert found.log_odds
    assert bool(found.notes) is (scale == "ratio")


def test_the_scale_of_errors_is_said_where_nothing_tells(tmp_path):
    found = read_statistics(str(write(tmp_path, "SNP A1 A2 OR SE", "rs1 A G 2 0.2")))
    assert found.stats.se.tolist() == [0.2]
    assert "no p-values say so" in found.notes[0]


def test_intervals_stand_for_errors(tmp_path):
    path = write(tmp_path, "SNP A1 A2 OR ci_lower ci_upper P", "rs1 A G 2 1 4 0.05", "rs2 A G 1.5 NA NA 0.05")
    found = read_statistics(str(path))
    np.testing.assert_allclose(found.stats.se, [np.log(4) / 3.919928, np.log(1.5) / 1.959964], rtol=1e-6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1e-400", 400), ("2.5E-1000", 999.60206), ("0.01", 2), ("1", 0), ("0", 4.198305), ("NA", 4.198305)],
)
def test_small_p_values_keep_their_logarithm(text, expected, tmp_path):
    path = write(tmp_path, "SNP A1 A2 BETA SE P", f"rs1 A G 0.2 0.05 {text}")
    np.testing.assert_allclose(read_statistics(str(path)).stats.neg_log10_p, expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("row", "people", "expected"),
    [
        ("rs1 A G 0.2 0.05 1000 9000 .", People(), 3600),
        ("rs1 A G 0.2 0.05 NA NA 10000", People(cases=100, controls=900), 3600),
        ("rs1 A G 0.2 0.05 NA NA NA", People(cases=1000, controls=9000), 3600),
        ("rs1 A G 0.2 0.05 NA NA 10000", People(n=7), 10_000),
        ("rs1 A G 0.2 0.05 NA NA NA", People(n=7), 7),
        ("rs1 A G 0.2 0.05 NA NA NA", People(), np.nan),
    ],
)
def test_people_come_from_variants_then_from_the_study(row, people, expected, tmp_path):
    path = write(tmp_path, "SNP A1 A2 BETA SE n_cases n_controls N", row)
    np.testing.assert_allclose(read_statistics(str(path), people=people).stats.n, expected)


def test_cases_without_controls_are_refused():
    with pytest.raises(InputError, match="give --cases and --controls together"):
        People(cases=5)


def test_logarithms_may_be_named(tmp_path):
    path = write(tmp_path, "SNP A1 A2 BETA SE P", "rs1 A G 0.2 0.1 7.5")
    np.testing.assert_array_equal(read_statistics(str(path), {"neg_log10_p": "P"}).stats.neg_log10_p, [7.5])


def test_a_missing_logarithm_is_that_of_the_p_value_beside_it(tmp_path):
    path = write(tmp_path, "SNP A1 A2 BETA SE P LOG10P", "rs1 A G 0.2 0.1 1e-3 7.5", "rs2 A G 0.2 0.1 1e-3 NA")
    np.testing.assert_allclose(read_statistics(str(path)).stats.neg_log10_p, [7.5, 3])


def test_logarithms_may_be_written_without_their_sign(tmp_path):
    path = write(tmp_path, "SNP A1 A2 BETA SE LOG10P", "rs1 A G 0.2 0.1 -7.5", "rs2 A G 0.2 0.1 0")
    np.testing.assert_array_equal(read_statistics(str(path)).stats.neg_log10_p, [7.5, 0])


def test_logarithms_of_both_signs_stop(tmp_path):
    path = write(tmp_path, "SNP A1 A2 BETA SE LOG10P", "rs1 A G 0.2 0.1 -7.5", "rs2 A G 0.2 0.1 3")
    with pytest.raises(InputError, match="below 0 and above 0"):
        read_statistics(str(path))
