import numpy as np
import pandas as pd
import pytest

from gtl.errors import InputError
from gtl.evaluate.comparisons import unpaired_t
from gtl.evaluate.paper import FINAL, paper_figures, paper_gain
from gtl.evaluate.reproduction import DRAWS, accuracies, draw_experiments, place, place_figures, share_significant

FIVE, TEN = slice(0, 4), slice(4, 8)


def results(iterations=4, figures=FINAL):
    """Table RESULTS with the paper's own final figures, over and over."""
    return pd.DataFrame(
        [
            {"phenotype": f"YRI_{number}_{i + 1}", "method": method, "split": split, "metric": "accuracy",
             "value": percents[part][i % 4] / 100}
            for method, percents in figures.items()
            for number, part in ((5, FIVE), (10, TEN))
            for i in range(iterations)
            for split in ("test", "final")
        ]
    )  # fmt: skip


@pytest.mark.parametrize(("part", "p"), [(FIVE, 0.0306), (TEN, 0.0478)])
def test_the_figures_give_the_papers_p_values(part, p):
    deep, none = (np.array(FINAL[method][part], dtype=float) for method in ("deep_transfer", "no_transfer"))
    assert unpaired_t(deep, none).p_value == pytest.approx(p, abs=5e-5)


def test_the_figures_give_the_papers_mean_gain():
    assert paper_gain("deep_transfer") == 9.75
    assert [figure.percent for figure in paper_figures() if figure.method == "deep_transfer"][:2] == [66, 75]


def test_a_figure_among_ours():
    found = place(58.0, np.array([50.0, 54, 58, 58, 62]))
    assert (found.mean, found.sd) == pytest.approx((56.4, np.sqrt(20.8)))
    assert found.percentile == pytest.approx(60)
    assert (found.low, found.high) == pytest.approx((50.4, 61.6))
    assert found.inside
    assert not place(62.0, np.array([50.0, 54, 58, 58, 62])).inside


def test_every_figure_is_set_against_its_own_method_and_number_of_snps():
    table = place_figures(results(8)).set_index(["method", "split", "phenotype"])
    assert len(table) == 48
    row = table.loc["deep_transfer", "final", "10_2"]
    assert (row["paper"], row["mean"], row["table"]) == (66, pytest.approx(58.5), "7-9")
    assert row["percentile"] == pytest.approx(87.5)
    # 58 is there twice among 56, 58, 58, 64: a quarter lies below, and half are ties.
    assert table.loc["deep_transfer", "final", "5_1"]["percentile"] == pytest.approx(50)


def test_experiments_of_the_papers_size():
    final = accuracies(results(20), "final")
    drawn = draw_experiments(final, np.random.default_rng(1))
    assert {name: figures.shape for name, figures in drawn.items()} == dict.fromkeys(FINAL, (DRAWS, 8))
    gains = (drawn["deep_transfer"] - drawn["no_transfer"]).mean(axis=1)
    # Drawn with replacement from the paper's figures, so their mean is the paper's: 9.75, to 5 standard errors.
    assert gains.mean() == pytest.approx(9.75, abs=5 * gains.std() / np.sqrt(DRAWS))
    assert set(np.unique(drawn["deep_transfer"][:, FIVE]).round(6)) == {58, 64, 56}


def test_the_same_iterations_serve_all_methods():
    shifted = {**FINAL, "deep_transfer": tuple(value + 5 for value in FINAL["no_transfer"])}
    drawn = draw_experiments(accuracies(results(20, shifted), "final"), np.random.default_rng(1))
    np.testing.assert_allclose(drawn["deep_transfer"] - drawn["no_transfer"], 5)


def test_how_often_the_papers_test_would_say_better():
    none, flat = np.array([50.0, 52, 54, 56]), np.full(4, 50.0)
    experiments = {
        "no_transfer": np.hstack([np.stack([none, none, flat, flat])] * 2),
        "deep_transfer": np.hstack([np.stack([none + 10, none - 10, flat, flat + 2])] * 2),
    }
    # Better by far; worse by far; the same; better, and always by as much.
    assert share_significant(experiments, "deep_transfer", 5) == 0.5
    assert unpaired_t(none + 10, none).p_value < 0.05


def test_a_study_without_the_papers_phenotypes_is_refused():
    with pytest.raises(InputError, match=r"no two iterations of no_transfer with 5 risk SNPs.*preset reproduction"):
        place_figures(results(1))
    with pytest.raises(InputError, match="of deep_transfer with"):
        place_figures(results(figures={name: FINAL[name] for name in ("no_transfer", "snp_transfer")}))
