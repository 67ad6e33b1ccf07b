import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl import schema
from gtl.config.learning import Metric, SelectionConfig
from gtl.domain.genotypes import Variants
from gtl.domain.split import Split
from gtl.errors import InputError
from gtl.evaluate.choice import candidate_table, choose, choose_nested
from gtl.methods.base import Candidate, LearningData

# Two people tune, four choose.
SMALL = LearningData(
    Variants(*(np.empty(0, dtype=kind) for kind in (object, np.int64, object, object, object))),
    np.empty((0, 6), dtype=np.int8), np.array([1.0, 0, 0, 0, 0, 1]),
    Split(np.arange(0), np.array([0, 1]), np.array([2, 3, 4, 5])),
)  # fmt: skip
COLUMNS = ["algorithm", "subset", "n_snps", "frozen_layers", "validation", "test"]


def table(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def test_the_best_test_score_wins():
    choice = choose(table(("A", 1, 5, -1, 0.9, 0.6), ("B", 1, 5, -1, 0.1, 0.7)), SelectionConfig())
    assert (choice.index, choice.ties) == (1, (1,))


@pytest.mark.parametrize(
    ("tie_break", "index"),
    [(("validation", "fewer_snps", "name"), 2), (("fewer_snps", "name"), 1), (("name",), 0), ((), 0)],
)
def test_ties_are_broken_as_declared(tie_break, index):
    rows = table(
        ("A", 1, 50, -1, 0.5, 0.7), ("C", 1, 5, -1, 0.5, 0.7), ("B", 1, 9, -1, 0.6, 0.7), ("D", 1, 1, -1, 1, 0.6)
    )
    choice = choose(rows, SelectionConfig(tie_break=tie_break))
    assert (choice.index, choice.ties) == (index, (0, 1, 2))


def test_scores_that_differ_by_rounding_are_equal():
    rows = table(("A", 1, 5, -1, 0.1 + 0.2, 0.3), ("B", 1, 4, -1, 0.3, 0.1 + 0.2))
    assert choose(rows, SelectionConfig()).index == 1


def test_a_score_that_is_not_known_loses():
    rows = table(("A", 1, 5, -1, np.nan, 0.7), ("B", 2, 5, -1, 0.0, 0.7), ("C", 1, 5, -1, 1.0, np.nan))
    choice = choose(rows, SelectionConfig())
    assert (choice.index, choice.ties) == (1, (0, 1))


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABC"), st.integers(1, 3), st.integers(1, 3), st.integers(-1, 2),
            st.sampled_from([0.5, 0.6, np.nan]), st.sampled_from([0.5, 0.6]),
        ),
        min_size=1, max_size=12, unique_by=lambda row: (row[0], row[1], row[3]),
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_the_order_of_rows_does_not_matter(rows, random):
    shuffled = random.sample(rows, len(rows))
    first, second = (choose(table(*order), SelectionConfig()).index for order in (rows, shuffled))
    assert str(rows[first]) == str(shuffled[second])


def test_nothing_to_choose_from_is_refused():
    with pytest.raises(InputError, match="none of the 0 candidates has a accuracy"):
        choose(table(), SelectionConfig())
    with pytest.raises(InputError, match="none of the 1 candidates has a auc"):
        choose(table(("A", 1, 5, -1, 0.5, np.nan)), SelectionConfig(metric=Metric.AUC))


def test_candidates_are_scored_on_both_parts():
    candidate = Candidate(
        "deep_transfer", "Model 4", 3, np.array([4, 8]), 2, np.array([0.9, 0.9]), np.array([0.1, 0.2, 0.9, 0.8]),
        None, "", 70,
    )  # fmt: skip
    frame = candidate_table([candidate], SMALL, SelectionConfig())
    assert frame.to_dict("records") == [
        {"method": "deep_transfer", "algorithm": "Model 4", "subset": 3, "n_snps": 2, "frozen_layers": 2,
         "validation": 0.5, "test": 0.75, "chosen": False}
    ]  # fmt: skip
    assert schema.to_arrow(frame, schema.CANDIDATES).num_rows == 1


def test_no_candidates_make_an_empty_table_of_the_same_columns():
    frame = candidate_table([], SMALL, SelectionConfig())
    assert list(frame.columns) == schema.CANDIDATES.names


def test_the_one_candidate_of_a_nested_method_is_chosen_without_a_score():
    nobody = np.full(4, np.nan)
    candidate = Candidate("gblup", "GBLUP", 0, np.array([4, 8]), -1, nobody[:2], nobody, None, "", 70)
    frame = candidate_table([candidate], SMALL, SelectionConfig())
    assert frame[["validation", "test"]].isna().all(axis=None)
    assert choose_nested(frame).index == 0
    with pytest.raises(InputError, match="a nested method gave 2 candidates; expected one"):
        choose_nested(pd.concat([frame, frame]))
