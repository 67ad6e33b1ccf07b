"""A published score at a study's variants: every row is used as it says, or accounted for."""

import numpy as np
import pytest

from gtl.domain.genotypes import Variants
from gtl.formats.scoring_file import read_scoring_file
from gtl.models.score_weights import NOT_ADDITIVE, score_weights
from gtl.prepare.alleles import AMBIGUOUS, DIFFERENT_ALLELES


def variants(*rows):
    chrom, pos, rsid, ref, alt = (np.array(column, dtype=object) for column in zip(*rows, strict=True))
    return Variants(chrom, pos.astype(np.int64), rsid, ref, alt)


STUDY = variants(
    ("1", 10, "rs1", "A", "G"), ("1", 20, "rs2", "A", "G"), ("1", 30, "rs3", "A", "T"), ("1", 40, "rs4", "C", "T"),
    ("2", 50, "rs5", "G", "A"),
)  # fmt: skip


def made(tmp_path, rows, header="chr_name\tchr_position\teffect_allele\tother_allele\teffect_weight", frequency=None):
    path = tmp_path / "score.txt"
    path.write_text("\n".join(["#format_version=2.0", header, *rows]) + "\n")
    return score_weights(read_scoring_file(path), STUDY, np.full(5, np.nan) if frequency is None else frequency)


def test_the_sign_follows_the_counted_allele_and_the_strand(tmp_path):
    rows = ["1\t10\tG\tA\t0.5", "1\t20\tA\tG\t0.25", "1\t40\tA\tG\t2"]
    found = made(tmp_path, rows)
    assert found.weights.tolist() == [0.5, -0.25, 0, 2, 0]
    assert (found.used, found.lost) == (3, {})


def test_ids_stand_in_for_positions_and_a_lacking_other_allele_for_the_study_s(tmp_path):
    found = made(tmp_path, ["rs5\tG\t1", "rs1\tG\t3"], "rsID\teffect_allele\teffect_weight")
    assert found.weights.tolist() == [3, 0, 0, 0, -1]


def test_a_variant_that_is_named_twice_has_both_weights(tmp_path):
    assert made(tmp_path, ["1\t10\tG\tA\t0.5", "1\t10\tG\tA\t0.25"]).weights[0] == 0.75


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (["1\t10\tG\tC\t1"], DIFFERENT_ALLELES),
        (["1\t11\tG\tA\t1"], "not in the file"),
        (["1\t30\tT\tA\t1", "1\t20\tC\tT\t0"], AMBIGUOUS),
    ],
)
def test_rows_that_cannot_be_used_are_counted_by_reason(tmp_path, rows, reason):
    found = made(tmp_path, rows)
    assert found.lost == {reason: 1}
    assert not found.weights.any()


def test_letters_decide_where_all_others_are_of_one_strand_and_frequency_before_that(tmp_path):
    assert made(tmp_path, ["1\t30\tT\tA\t1", "1\t20\tG\tA\t0"]).weights[2] == 1
    header = "chr_name\tchr_position\teffect_allele\tother_allele\teffect_weight\tallelefrequency_effect"
    frequency = np.array([0.5, 0.5, 0.2, 0.5, 0.5])
    rows = ["1\t30\tT\tA\t1\t0.8", "1\t20\tC\tT\t0\t0.5"]  # all others are of the other strand
    assert made(tmp_path, rows, header, frequency).weights[2] == -1


def test_dominant_rows_have_no_single_effect(tmp_path):
    header = "chr_name\tchr_position\teffect_allele\tother_allele\teffect_weight\tis_dominant"
    found = made(tmp_path, ["1\t10\tG\tA\t1\tTrue", "1\t20\tG\tA\t1\tFalse"], header)
    assert found.lost == {NOT_ADDITIVE: 1}
    assert found.weights.tolist() == [0, 1, 0, 0, 0]
