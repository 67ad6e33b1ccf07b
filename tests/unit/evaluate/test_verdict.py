import numpy as np
import pandas as pd
import pytest

from gtl.errors import InputError
from gtl.evaluate.advice import advice, recommendation
from gtl.evaluate.means import mean_with_interval
from gtl.evaluate.metrics import score
from gtl.evaluate.outcomes import OVERALL, Verdict, recommended
from gtl.evaluate.repeats import corrected_mean
from gtl.evaluate.scoring import prediction_rows
from gtl.evaluate.tango import mcnemar, tango
from gtl.evaluate.verdict import verdict_of, verdict_table


def predictions(n, **right):
    """Table PREDICTIONS in which each method is right about the people it names, all of them cases."""
    samples = [f"s{i}" for i in range(n)]
    frames = [
        pd.DataFrame({"method": method, "sample": samples, "repeat": 1, "value": np.ones(n),
                      "prediction": np.where(np.isin(np.arange(n), list(people)), 0.9, 0.1)})
        for method, people in right.items()
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def row(table, phenotype, method):
    return table[(table["phenotype"] == phenotype) & (table["method"] == method)].iloc[0]


def test_one_phenotype_by_the_people_who_changed_sides():
    table = verdict_table({"YRI_5_1": predictions(100, no_transfer=range(50), deep_transfer=range(10, 90))},
                          "accuracy", 0.95)  # fmt: skip
    one = row(table, "YRI_5_1", "deep_transfer")
    assert (one["gain"], one["people"], one["phenotypes"]) == (pytest.approx(0.3), 100, 1)
    assert (one["ci_low"], one["ci_high"]) == tango(40, 10, 100, 0.95)
    assert one["verdict"] == "helps"
    assert one["evidence"].startswith(
        "Of 100 people it alone was right for 40, no transfer alone for 10; gain in accuracy: +30.0 points, 95 %"
    )
    assert row(table, OVERALL, "deep_transfer")["ci_low"] == one["ci_low"]


@pytest.mark.parametrize("metric", ["sensitivity", "balanced_accuracy", "f1", "mcc", "auc"])
def test_two_people_are_no_evidence(metric):
    table = predictions(50, no_transfer=[], deep_transfer=range(2)).assign(value=[1, 1, *[0] * 48] * 2)
    verdicts = verdict_table({"YRI_5_1": table}, metric, 0.95)
    assert (verdicts["gain"] >= 0.5).all()
    assert set(verdicts["verdict"]) == {"no evidence"}


def test_intervals_hold_for_all_methods_together():
    people = {"no_transfer": range(50), "deep_transfer": range(60), "snp_transfer": range(40), "oracle": range(99)}
    table = verdict_table({"YRI_5_1": predictions(100, **people)}, "accuracy", 0.95)
    assert set(table["method"]) == {"deep_transfer", "snp_transfer"}
    assert table["level"].tolist() == pytest.approx([0.975] * 4)  # 2 methods × 1 trait
    assert row(table, "YRI_5_1", "deep_transfer")["ci_low"] == tango(10, 0, 100, table["level"].iloc[0])[0]


def test_overall_is_students_interval_over_phenotypes():
    right = [(50, 60), (50, 62), (50, 64)]
    tables = {
        f"YRI_{n}_1": predictions(100, no_transfer=range(a), deep_transfer=range(b))
        for n, (a, b) in zip((10, 5, 20), right, strict=True)
    }
    table = verdict_table(tables, "accuracy", 0.95)
    assert table["phenotype"].tolist() == ["YRI_5_1", "YRI_10_1", "YRI_20_1", OVERALL]
    overall = row(table, OVERALL, "deep_transfer")
    # Gains 10, 12 and 14 points: mean 12, SD 2, t(0.975, 2) = 4.302653, half = 4.302653 * 2 / sqrt(3) = 4.9683.
    assert overall["gain"] == pytest.approx(0.12)
    assert (overall["ci_low"], overall["ci_high"]) == pytest.approx((0.070317, 0.169683), abs=1e-6)
    assert overall["evidence"] == ("Mean gain in accuracy over 3 traits: +12.0 points, 95 % interval +7.0 to +17.0.")


def test_gains_that_are_all_alike_are_no_evidence():
    tables = {f"YRI_5_{i}": predictions(100, no_transfer=range(50), deep_transfer=range(60)) for i in (1, 2)}
    overall = row(verdict_table(tables, "accuracy", 0.95), OVERALL, "deep_transfer")
    assert np.isnan(overall["ci_low"])
    assert overall["verdict"] == "no evidence"
    assert overall["evidence"].endswith("+10.0 points, without an interval.")


def test_an_interval_ends_where_gains_end():
    tables = {"YRI_5_1": predictions(100, no_transfer=range(50), deep_transfer=range(60)),
              "YRI_5_2": predictions(100, no_transfer=range(50), deep_transfer=range(90))}  # fmt: skip
    overall = row(verdict_table(tables, "accuracy", 0.95), OVERALL, "deep_transfer")
    # Gains 10 and 40 points: half = 12.7062 * 15 points.
    assert (overall["gain"], overall["ci_low"], overall["ci_high"]) == (pytest.approx(0.25), -1.0, 1.0)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.01, 0.2, Verdict.HELPS), (0.0, 0.2, Verdict.NO_EVIDENCE), (-0.2, -0.01, Verdict.HARMS),
     (float("nan"), float("nan"), Verdict.NO_EVIDENCE)],
)  # fmt: skip
def test_the_verdict_follows_from_the_interval(low, high, expected):
    assert verdict_of(low, high) is expected


def test_advice_names_the_method_whose_gain_is_surest():
    people = {"no_transfer": range(50), "deep_transfer": range(70), "snp_transfer": range(90)}
    table = verdict_table({"YRI_5_1": predictions(100, **people)}, "accuracy", 0.95)
    assert recommended(table) == "snp_transfer"
    assert advice(table).startswith("Transfer: SNP transfer helps. Of 100 people it alone was right for 40")


def test_do_not_transfer_is_a_normal_answer():
    people = {"no_transfer": range(50), "deep_transfer": range(52), "snp_transfer": range(10)}
    table = verdict_table({"YRI_5_1": predictions(100, **people)}, "accuracy", 0.95)
    assert recommended(table) is None
    assert advice(table) == (
        "Do not transfer: no method's gain over no transfer is clear of chance. SNP transfer did harm."
    )


def test_phenotypes_that_are_helped_by_themselves_are_named():
    tables = {
        "YRI_5_1": predictions(100, no_transfer=range(50), deep_transfer=range(70), snp_transfer=range(90)),
        "YRI_5_2": predictions(100, no_transfer=range(50), deep_transfer=range(50), snp_transfer=range(48)),
    }
    table = verdict_table(tables, "accuracy", 0.95)
    assert recommended(table) is None
    assert advice(table) == (
        "No method's gain over no transfer is clear of chance over all traits together; one by one, of 2 traits × 2 "
        "methods, transfer helps YRI_5_1 (SNP transfer)."
    )


def test_without_the_baseline_there_is_no_verdict():
    table = verdict_table({"YRI_5_1": predictions(10, deep_transfer=range(5))}, "accuracy", 0.95)
    assert table.empty
    assert "verdict" in table
    assert advice(table).startswith("No verdict: no method was compared with the baseline “no transfer”. A comparison")
    assert recommendation(table, "deep_transfer") == advice(table)


def test_a_method_that_missed_a_phenotype_is_judged_on_the_others():
    tables = {"YRI_5_1": predictions(50, no_transfer=range(20), deep_transfer=range(30)),
              "YRI_5_2": predictions(50, no_transfer=range(20))}  # fmt: skip
    assert row(verdict_table(tables, "accuracy", 0.95), OVERALL, "deep_transfer")["phenotypes"] == 1


def test_without_a_true_gain_transfer_is_recommended_rarely():
    rng = np.random.default_rng(11)
    recommendations = 0
    for _ in range(100):
        case = rng.integers(0, 2, 60).astype(np.int8)
        frames = [
            pd.DataFrame({"method": m, "sample": range(60), "repeat": 1, "value": case, "prediction": rng.random(60)})
            for m in ("no_transfer", "snp_transfer", "deep_transfer")
        ]
        recommendations += recommended(verdict_table({"YRI_5_1": pd.concat(frames)}, "accuracy", 0.95)) is not None
    assert recommendations <= 7  # at 2.5 % of 100, more than 7 has a chance below 1 %


def test_single_intervals_hold_for_methods_times_traits():
    people = {"no_transfer": range(50), "deep_transfer": range(62), "snp_transfer": range(50)}
    tables = {f"YRI_5_{i}": predictions(100, **people) for i in range(1, 5)}
    table = verdict_table(tables, "accuracy", 0.95)
    one = row(table, "YRI_5_1", "deep_transfer")
    assert one["level"] == pytest.approx(1 - 0.05 / 8)
    assert (one["ci_low"], one["ci_high"]) == tango(12, 0, 100, one["level"])
    assert row(table, OVERALL, "deep_transfer")["level"] == pytest.approx(1 - 0.05 / 2)
    # 4 of 8 p-values are McNemar's of 12 to 0, the others 1: q is twice p.
    assert one["screening_q"] == pytest.approx(2 * mcnemar(12, 0, 100))


def quantitative(rng, repeats, gains, people=60):
    """Table PREDICTIONS of a quantitative trait: new people in each repeat, methods that know it by ``gains``."""
    frames = []
    for repeat in range(1, repeats + 1):
        value, *noise = rng.normal(size=(len(gains) + 1, people))
        samples = np.array([f"s{i}" for i in range(people)], object)
        frames += [
            prediction_rows(name, samples, value, gain * value + own, repeat)
            for (name, gain), own in zip(gains.items(), noise, strict=True)
        ]
    return pd.concat(frames, ignore_index=True)


def correlation_of(table, method):
    return score("correlation", *table.loc[table["method"] == method, ["value", "prediction"]].to_numpy().T)


def test_repeats_have_the_corrected_interval_of_their_differences():
    table = quantitative(np.random.default_rng(2), 4, {"no_transfer": 0.3, "deep_transfer": 1.0})
    verdicts = verdict_table({"height": table}, "correlation", 0.95, training={"height": 30})
    found = row(verdicts, OVERALL, "deep_transfer")
    differences = [
        correlation_of(own, "deep_transfer") - correlation_of(own, "no_transfer") for _, own in table.groupby("repeat")
    ]
    expected = corrected_mean(differences, 60, 30, 0.95)
    assert (found["gain"], found["ci_low"], found["ci_high"]) == pytest.approx(
        (expected.value, expected.low, expected.high)
    )
    assert (found["repeats"], found["people"]) == (4, 60)
    assert found["evidence"].startswith("Mean gain in correlation over 4 draws of 60 final people: +0.")


def test_over_several_traits_the_interval_of_repeats_can_only_widen_that_of_traits():
    rng = np.random.default_rng(3)
    tables = {name: quantitative(rng, 3, {"no_transfer": 0.3, "deep_transfer": 0.6}) for name in ("a", "b", "c")}
    table = verdict_table(tables, "correlation", 0.95, training=dict.fromkeys(tables, 60))
    overall, single = row(table, OVERALL, "deep_transfer"), table[table["phenotype"] != OVERALL]
    assert overall["gain"] == pytest.approx(single["gain"].mean())
    over_traits = mean_with_interval(single["gain"], 0.95)
    assert overall["ci_low"] <= over_traits.low
    assert overall["ci_high"] >= over_traits.high


def test_intervals_of_repeats_end_where_a_gain_can():
    """Of two repeats Student's t has one degree of freedom; a correlation can gain 2 at most."""
    rng = np.random.default_rng(5)
    tables = {name: quantitative(rng, 2, {"no_transfer": 0.0, "tca": 9.0}, 8) for name in "ab"}
    table = verdict_table(tables, "correlation", 0.999, training=dict.fromkeys(tables, 8))
    assert table["ci_low"].tolist() == [-2.0] * 3
    assert table["ci_high"].tolist() == [2.0] * 3


def test_repeats_need_the_number_of_learning_people():
    table = quantitative(np.random.default_rng(2), 2, {"no_transfer": 0.3, "deep_transfer": 1.0})
    with pytest.raises(InputError, match="2 repeats of the roles: their interval needs the number of people"):
        verdict_table({"height": table}, "correlation", 0.95)


def test_traits_of_two_kinds_have_an_overall_row_each():
    tables = {
        "asthma": predictions(100, no_transfer=range(50), deep_transfer=range(90)),
        "height": quantitative(np.random.default_rng(4), 1, {"no_transfer": 0.3, "deep_transfer": 0.3}),
    }
    table = verdict_table(tables, {"asthma": "accuracy", "height": "correlation"}, 0.95)
    overall = table[table["phenotype"] == OVERALL]
    assert overall["metric"].tolist() == ["accuracy", "correlation"]
    assert overall["level"].tolist() == pytest.approx([0.975] * 2)
    assert row(table, "height", "deep_transfer")["evidence"].startswith("Gain in correlation on 60 people: ")


def test_the_baseline_is_a_choice():
    people = {"tca": range(50), "deep_transfer": range(90), "no_transfer": range(10)}
    table = verdict_table({"a": predictions(100, **people)}, "accuracy", 0.95, baseline="tca")
    assert set(table["method"]) == {"deep_transfer", "no_transfer"}
    assert "TCA alone for 0" in row(table, "a", "deep_transfer")["evidence"]


def test_people_whom_one_method_lacks_are_named():
    table = predictions(5, no_transfer=[0], deep_transfer=[1])
    with pytest.raises(InputError, match=r"final people \['s4'\] were predicted by one of two methods only"):
        verdict_table({"a": table.iloc[:-1]}, "accuracy", 0.95)


def test_small_populations_have_rows_of_their_own_and_intervals_that_hold_together():
    same = range(50)
    helped = predictions(100, no_transfer=same, deep_transfer=range(10, 90))
    tables = {
        "JPT_height": predictions(100, no_transfer=same, deep_transfer=same),
        "YRI_height": helped,
        "YRI_weight": helped,
    }
    home = {"YRI_height": "YRI", "YRI_weight": "YRI", "JPT_height": "JPT"}
    table = verdict_table(tables, "accuracy", 0.95, population=home)
    assert table[["population", "phenotype"]].values.tolist() == [
        ["YRI", "YRI_height"], ["YRI", "YRI_weight"], ["YRI", OVERALL], ["JPT", "JPT_height"], ["JPT", OVERALL],
    ]  # fmt: skip
    single, overall = table["phenotype"] != OVERALL, table["phenotype"] == OVERALL
    # one method × three traits in two populations; overall one method × two populations
    assert table.loc[single, "level"].tolist() == pytest.approx([1 - 0.05 / 3] * 3)
    assert table.loc[overall, "level"].tolist() == pytest.approx([1 - 0.05 / 2] * 2)
    assert table.loc[overall, "phenotypes"].tolist() == [2, 1]
    assert (table.loc[0, "ci_low"], table.loc[0, "ci_high"]) == tango(40, 10, 100, 1 - 0.05 / 3)
    yri, jpt = (advice(table[table["population"] == name]) for name in ("YRI", "JPT"))
    assert "of 2 traits × 1 method, transfer helps YRI_height (Deep transfer) and YRI_weight" in yri
    assert jpt == "Do not transfer: no method's gain over no transfer is clear of chance."


def test_two_populations_are_screened_as_one_list():
    tables = {name: predictions(100, no_transfer=range(50), deep_transfer=range(10, 90)) for name in ("JPT_a", "YRI_a")}
    alone = verdict_table({"YRI_a": tables["YRI_a"]}, "accuracy", 0.95)
    both = verdict_table(tables, "accuracy", 0.95, population={"YRI_a": "YRI", "JPT_a": "JPT"})
    assert row(both, "YRI_a", "deep_transfer")["screening_q"] == row(alone, "YRI_a", "deep_transfer")["screening_q"]
    tables["JPT_a"] = predictions(100, no_transfer=range(50), deep_transfer=range(1, 51))
    mixed = verdict_table(tables, "accuracy", 0.95, population={"YRI_a": "YRI", "JPT_a": "JPT"})
    assert row(mixed, "YRI_a", "deep_transfer")["screening_q"] == pytest.approx(
        2 * row(alone, "YRI_a", "deep_transfer")["screening_q"]
    )
