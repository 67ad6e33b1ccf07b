import json
import math

import numpy as np
import pandas as pd
import pytest

from gtl.browse.charts.course import funnel_chart, gantt_chart, span
from gtl.browse.charts.genome import COLUMNS, HEIGHTS, Window, manhattan_chart, qq_chart, strongest
from gtl.browse.charts.scores import calibration_chart, gain_charts, luck_chart, score_charts
from gtl.config import preset
from gtl.schema import CALIBRATION, SELECTION
from tests.unit.report.conftest import config, results

__all__ = ["config", "results"]


def association(n, chromosomes=("21",), seed=1):
    rng = np.random.default_rng(seed)
    chrom = np.repeat(chromosomes, -(-n // len(chromosomes)))[:n]
    return pd.DataFrame(
        {
            "chrom": chrom, "pos": np.arange(n) * 1000 + 1, "rsid": [f"rs{i}" for i in range(n)], "ref": "A",
            "alt": "G", "n": 100, "frequency": 0.2, "beta": rng.normal(size=n), "se": 0.1,
            "p_value": rng.uniform(size=n),
        }
    )  # fmt: skip


def drawn(chart):
    return {point[0]: (x, y) for trace in chart["data"] if "customdata" in trace
            for point, x, y in zip(trace["customdata"], trace["x"], trace["y"], strict=True)}  # fmt: skip


def test_each_snp_is_at_its_place_and_named():
    table = association(3).assign(p_value=[0.1, 0.001, math.nan])
    chart = manhattan_chart(table)
    assert drawn(chart) == {"rs0": (0.000001, 1.0), "rs1": (0.001001, 3.0)}
    assert chart["layout"]["meta"] == {"drawn": 2, "tested": 2}
    assert chart["data"][0]["customdata"][0][1] == "21:1"
    json.dumps(chart, allow_nan=False)


def test_the_strongest_snp_is_never_hidden_and_a_window_tells_more_apart():
    table = association(200_000)
    table.loc[123_456, "p_value"] = 1e-12
    whole = manhattan_chart(table)
    assert len(drawn(whole)) <= (COLUMNS + 1) * (HEIGHTS + 1)
    assert drawn(whole)["rs123456"][1] == 12
    inside = drawn(manhattan_chart(table, Window(123.4, 123.5)))
    assert set(inside) == {f"rs{i}" for i in range(123_400, 123_500)}
    assert drawn(manhattan_chart(table, Window(900, 901))) == {}


def test_chromosomes_stand_one_after_another_in_their_order():
    chart = manhattan_chart(association(300, ("2", "10", "X")))
    assert chart["layout"]["xaxis"]["ticktext"] == ["2", "10", "X"]
    places = drawn(chart)
    assert places["rs99"][0] < places["rs100"][0] < places["rs299"][0]


def test_qq_has_the_rank_of_each_snp_and_lambda():
    table = association(1000)
    chart = qq_chart(table)
    first = table["rsid"][table["p_value"].idxmin()]
    assert drawn(chart)[first][0] == pytest.approx(-math.log10(0.5 / 1000), rel=1e-5)
    assert chart["layout"]["meta"]["lambda"] == pytest.approx(1, abs=0.3)
    assert qq_chart(table.assign(p_value=math.nan))["layout"]["meta"] == {"lambda": None, "drawn": 0, "tested": 0}


def test_the_table_beside_the_plot_has_the_same_strongest():
    table = association(50)
    assert strongest(table, 1)["rsid"].tolist() == [table["rsid"][table["p_value"].idxmin()]]


def test_scores_are_the_final_ones_with_their_intervals(results, config):
    ((words, chart),) = score_charts(results, config)
    assert words == "accuracy"
    deep = next(trace for trace in chart["data"] if trace["name"] == "Deep transfer")
    assert deep["y"] == [58, 58, 64, 56, 62, 66, 54, 52]
    own = results[(results["method"] == "deep_transfer") & (results["split"] == "final")].set_index("phenotype")
    assert deep["error_y"]["array"][0] == pytest.approx(100 * own.loc["YRI_5_1", "ci_high"] - 58, rel=1e-4)
    assert chart["layout"]["xaxis"]["categoryarray"][4] == "YRI_10_1"


def test_the_axis_of_scores_begins_below_the_least_interval_and_shows_the_whole_genome_line(results, config):
    (chart,) = dict(score_charts(results, config)).values()
    least = min(
        value - below
        for trace in chart["data"]
        for value, below in zip(trace["y"], trace["error_y"]["arrayminus"], strict=True)
    )
    begin = chart["layout"]["yaxis"]["autorangeoptions"]["minallowed"]
    assert least - 12 < begin < least
    flat = manhattan_chart(association(3))
    (include,) = flat["layout"]["yaxis"]["autorangeoptions"]["include"]
    assert include > flat["layout"]["shapes"][0]["y0"]


def test_gains_of_all_traits_stand_last_and_an_unknown_interval_is_none(config):
    row = {"metric": "accuracy", "method": "deep_transfer", "people": 50, "verdict": "helps"}
    verdicts = pd.DataFrame(
        [
            row | {"phenotype": "all", "gain": 0.1, "ci_low": 0.05, "ci_high": 0.15},
            row | {"phenotype": "a", "gain": 0.2, "ci_low": math.nan, "ci_high": math.nan},
        ]
    )
    ((_, chart),) = gain_charts(verdicts, config)
    assert chart["layout"]["xaxis"]["categoryarray"] == ["a", "all"]
    assert chart["data"][0]["y"] == [10, 20]
    assert chart["data"][0]["error_y"]["array"] == [5, None]


def test_a_method_has_one_colour_in_every_chart(results, config):
    ((_, scores),) = score_charts(results, config)
    row = {"phenotype": "all", "metric": "accuracy", "people": 50, "verdict": "helps", "ci_low": 0, "ci_high": 1}
    verdicts = pd.DataFrame([row | {"method": method, "gain": 0.1} for method in ("deep_transfer", "snp_transfer")])
    ((_, gains),) = gain_charts(verdicts, config)
    known = {trace["name"]: trace["marker"]["color"] for trace in scores["data"]}
    assert len(set(known.values())) == len(known)
    assert {trace["name"]: trace["marker"]["color"] for trace in gains["data"]}.items() < known.items()


def test_nothing_is_drawn_of_empty_tables(config):
    assert luck_chart(SELECTION.empty_table().to_pandas(), config) is None
    assert calibration_chart(CALIBRATION.empty_table().to_pandas()) is None


def test_luck_is_the_best_score_less_what_chance_gives(config):
    row = {"phenotype": "a", "method": "no_transfer", "metric": "accuracy", "candidates": 40, "people": 20, "best": 0.8}
    chart = luck_chart(pd.DataFrame([row | {"expected": 0.7, "p_value": 0.03}]), config)
    assert chart["data"][0]["y"] == [10]
    assert chart["data"][0]["customdata"] == [
        ["", "best 80.0 %, by chance 70.0 %; 40 models tried, 20 people, p = 0.03"]
    ]


def test_a_funnel_has_the_variants_that_reached_each_step():
    rows = [("large", "read", "", 100), ("large", "usable", "rare", 20), ("large", "usable", "", 80)]
    chart = funnel_chart(pd.DataFrame(rows, columns=["source", "step", "reason", "variants"]))
    assert (chart["data"][0]["x"], chart["data"][0]["y"]) == (["read", "usable"], [100, 80])


def test_times_leave_long_pauses_out():
    rows = [("panel", "", 0.0, 10.0, 9.0, True), ("scores", "a", 5000.0, 5.0, 4.0, False)]
    times = pd.DataFrame(
        rows, columns=["stage", "phenotype", "start_seconds", "wall_seconds", "cpu_seconds", "critical"]
    )
    assert span(times) == 15
    chart = gantt_chart(times)
    assert [trace["base"] for trace in chart["data"]] == [[0], [10]]
    assert chart["layout"]["yaxis"]["categoryarray"] == ["all traits", "a"]
    assert gantt_chart(times.assign(start_seconds=math.nan)) is None


def test_presets_name_metrics_that_charts_know(results):
    assert [words for words, _ in score_charts(results, preset("quick"))] == ["accuracy"]
