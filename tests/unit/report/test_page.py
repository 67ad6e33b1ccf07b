import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from gtl.config import with_overrides
from gtl.report.page import render_page, render_pages
from gtl.report.page_parts import Figure, PopulationPart
from gtl.report.tables import gains
from gtl.schema import ON_TOP

TIMES = pd.DataFrame(
    [("train_networks", "YRI_5_1", 0.0, 10.0, 9.0, True)],
    columns=["stage", "phenotype", "start_seconds", "wall_seconds", "cpu_seconds", "critical"],
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


class Page(HTMLParser):
    """Tags that are open, attributes that could fetch something, and the text."""

    def __init__(self, html):
        super().__init__()
        self.open, self.links, self.tags, self.text = [], [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name in {"src", "href", "xlink:href", "data"}]
        if tag not in {"meta", "img", "br"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += data + " "


@pytest.fixture
def html(config, results):
    figure = Figure("Gains", "Dots right of the line gained.", SVG, "svg")
    return render_page(config, results, {"8": gains(results, 5)}, TIMES, [figure])


def words(html):
    return " ".join(Page(html).text.split())


def test_permuted_labels_and_fresh_people_are_told(config, results, html):
    changed = with_overrides(config, ["phenotypes.permute_labels=true", "cohorts.fresh=true"])
    told = words(render_page(changed, results, {}, TIMES))
    assert "Labels were permuted: case status was shuffled" in told
    assert "new people for each of the 4 iterations" in told
    assert "The causal SNPs explain 0.0 % of the variance" in told
    assert "permuted:" not in words(html)
    assert "new people for each" not in words(html)


def test_every_tag_is_closed(html):
    page = Page(html)
    assert page.open == []
    assert html.lstrip().startswith("<!DOCTYPE html>")


def test_nothing_is_asked_of_the_network_and_no_script_runs(html):
    page = Page(html)
    assert [link.split(",")[0] for link in page.links] == ["data:image/svg+xml;base64"]
    assert "script" not in page.tags
    assert not re.search(r"url\(|@import|https?://", html)


def test_every_figure_comes_with_its_interval(html):
    text = words(html)
    assert "56 (42–69)" in text
    assert "66 (52–78)" in text
    assert "66 (44–83; n = 20)" in text


def test_says_how_little_50_people_show_and_where_the_ceiling_is(html):
    text = words(html)
    assert "With 50 people the 95 % interval of a single figure reaches up to ± 13 points" in text
    assert "right in 53.2 % in the long run, the ceiling of the causal SNPs" in text
    assert "All genetic variance, 60.0 % with kinship, would allow 78.2 % in the long run" in text
    assert html.count('stroke="#b4540a"') == 8 * 3


def test_leads_with_the_gain_and_its_uncertainty(html):
    text = words(html)
    assert "+9.8 points Deep transfer against no transfer 95 % interval +4.2 to +15.3" in text
    assert "−4.2 points SNP transfer against no transfer" in text


def test_shows_the_papers_test_beside_the_paired_ones(html):
    text = words(html)
    assert "p, unpaired t (the paper's) p, paired t p, Wilcoxon p, sign-flip permutation" in text
    assert "5 Deep transfer 4 +10.5 0.031" in text


def test_tables_costs_and_captions_are_there(html):
    text = words(html)
    assert "Table 8. Results of transfer learning for 5 risk SNPs result 5_1 5_2 5_3 5_4" in text
    assert "train networks 1 10 9 total 1 10 9" in text
    assert "Gains. Dots right of the line gained." in text


def test_which_results_these_are_stands_first(config, results, html):
    made = "made 2026-11-26 07:10 UTC, seed 1, version 0aae1058ff84b789"
    told = words(render_page(config, results, {}, TIMES, made=made))
    assert f"Study “{config.name}”: {made} Does knowledge of" in told
    assert "version" not in words(html).partition("Does knowledge of")[0]


def test_whether_somebody_is_in_the_study_twice_is_said_once(config, results, html):
    part = PopulationPart(config, results, {})
    text = words(render_pages(config, [part, part], TIMES, twice="Nobody was found to be in the study twice."))
    assert text.count("Is somebody in the study twice? Nobody was found to be in the study twice.") == 1
    assert "in the study twice" not in words(html)


def test_the_timeline_stands_above_the_times(config, results):
    timeline = Figure("When each stage ran", "Underlined: the critical path.", SVG, "svg")
    text = words(render_page(config, results, {}, TIMES, timeline=timeline))
    assert text.index("What it cost") < text.index("When each stage ran.") < text.index("By stage")


def test_a_name_cannot_become_markup(config, results):
    spiked = results.assign(algorithm="<b>Model</b>")
    page = render_page(config, spiked, {}, TIMES)
    assert "<b>Model</b>" not in page
    assert "&lt;b&gt;Model&lt;/b&gt;" in page


def test_the_same_study_gives_the_same_page(config, results):
    assert render_page(config, results, {}, TIMES) == render_page(config, results.iloc[::-1], {}, TIMES)


def test_one_phenotype_is_too_few_for_an_interval_of_the_gain(config, results):
    text = words(render_page(config, results[results["phenotype"] == "YRI_5_1"], {}, TIMES.iloc[:0]))
    assert "+2.0 points Deep transfer against no transfer 1 phenotype: too few for an interval" in text
    assert "What it cost" not in text


def test_another_metric_has_no_ceiling(config, results):
    by_auc = with_overrides(config, ["selection.metric=auc"])
    page = render_page(by_auc, results.assign(metric="auc"), {}, TIMES)
    assert "#b4540a" not in page.partition("</style>")[2]
    assert "in the long run" not in words(page)


def test_the_ceiling_bounds_figures_only_where_nothing_else_is_inherited(config, results):
    bounded = "Nothing else is inherited here, so figures far above that are chance"
    alone = with_overrides(config, ["phenotypes.snp_share=1.0"])
    assert bounded in words(render_page(alone, results, {}, TIMES))
    assert bounded not in words(render_page(config, results, {}, TIMES))


def evidence(gain, low, high, verdict):
    row = {"method": "deep_transfer", "phenotypes": 1, "people": 50, "gain": gain, "ci_low": low, "ci_high": high,
           "level": 0.95, "verdict": verdict, "evidence": "Because.", "metric": "accuracy", "repeats": 1,
           "screening_q": 0.2}  # fmt: skip
    return {
        "verdict": pd.DataFrame([row | {"phenotype": "YRI_5_1"}, row | {"phenotype": "all", "phenotypes": 8}]),
        "selection": pd.DataFrame(
            [{"phenotype": "YRI_5_1", "method": "deep_transfer", "metric": "accuracy", "candidates": 405, "people": 20,
              "best": 0.66, "expected": 0.71, "expected_independent": 0.79, "p_value": 0.87}]
        ),
        "attainable": pd.DataFrame(
            [{"method": "deep_transfer", "ceiling": "variance model", "phenotypes": 8, "gain": 0.02, "attainable": 0.04,
              "share": 0.5, "ci_low": float("nan"), "ci_high": float("nan")}]
        ),
        "calibration": pd.DataFrame(
            [{"method": "deep_transfer", "people": 400, "predicted": 0.61, "observed": 0.5, "intercept": -0.6,
              "intercept_low": -0.9, "intercept_high": -0.3, "slope": 0.2, "slope_low": 0.1, "slope_high": 0.3}]
        ),
    }  # fmt: skip


def test_the_head_says_whether_to_transfer(config, results):
    page = render_page(config, results, {}, TIMES, evidence=evidence(0.1, 0.02, 0.18, "helps"))
    text = words(page)
    assert text.index("Transfer: Deep transfer helps. Because.") < text.index("+9.8 points")
    assert "YRI_5_1 helps +10.0 (+2.0 to +18.0)" in text
    assert Page(page).open == []


def test_do_not_transfer_is_said_as_plainly(config, results):
    text = words(render_page(config, results, {}, TIMES, evidence=evidence(0.1, -0.02, 0.22, "no evidence")))
    assert "Do not transfer: no method's gain over no transfer is clear of chance." in text
    assert "YRI_5_1 no evidence +10.0 (−2.0 to +22.0)" in text


def test_what_chance_gives_stands_beside_the_test_score(config, results):
    text = words(render_page(config, results, {}, TIMES, evidence=evidence(0.1, -0.02, 0.22, "no evidence")))
    assert "YRI_5_1 Deep transfer Model 4 236 405 71 (79; p = 0.870) 66 (44–83; n = 20)" in text
    assert "YRI_5_1 SNP transfer RUS 236 – –" in text


def test_shares_and_calibration_are_there(config, results):
    text = words(render_page(config, results, {}, TIMES, evidence=evidence(0.1, -0.02, 0.22, "no evidence")))
    assert "Deep transfer 8 +2.00 +4.00 50 (– to –)" in text
    assert "Deep transfer 400 61 50 −0.60 (−0.90 to −0.30) +0.20 (+0.10 to +0.30)" in text


def test_the_oracle_is_no_method_whose_gain_is_tested(config, results):
    oracle = results[results["method"] == "deep_transfer"].assign(method="oracle")
    text = words(render_page(config, pd.concat([results, oracle]), {}, TIMES))
    assert "points Oracle against no transfer" not in text
    assert "for 2 methods" in text


def many_traits():
    """Table VERDICT of a study of six quantitative traits, one of which a screening finds."""
    row = {"method": "deep_transfer", "phenotypes": 1, "people": 77, "repeats": 20, "metric": "correlation",
           "gain": 0.056, "ci_low": -0.01, "ci_high": 0.12, "level": 1 - 0.05 / 6, "verdict": "no evidence",
           "screening_q": 0.5, "evidence": "Because."}  # fmt: skip
    traits = [row | {"phenotype": f"trait_{number}"} for number in range(6)]
    traits[3]["screening_q"] = 0.02
    overall = row | {"phenotype": "all", "phenotypes": 6, "level": 0.95, "screening_q": float("nan")}
    return pd.DataFrame([*traits, overall])


def test_real_traits_show_the_level_the_repeats_and_the_screening(config, results):
    page = render_page(
        config, results, {}, TIMES, evidence={"verdict": many_traits()}, declared="deep_transfer", why="it adapts"
    )
    text = words(page)
    assert "Use Deep transfer (declared before the data were seen; it adapts). Evidence that it is better than" in text
    assert "intervals of level 99.17 %, so that those of all 6 traits × 1 method hold together at 95 %" in text
    assert "Means over 20 draws of the roles, which share people" in text
    assert "trait_0 no evidence +0.056 (−0.010 to +0.120)" in text
    assert "Trait Method Gain q trait_3 Deep transfer +0.056 0.020" in text
    assert Page(page).open == []


def test_a_study_of_quantitative_traits_has_no_percent(config, results):
    heights = results.assign(phenotype="height", metric="correlation").drop_duplicates(["method", "split"])
    text = words(render_page(config, heights, {}, TIMES))
    assert "Each figure is the correlation of one model, on people" in text
    assert "Dot: final correlation on a scale from −1 to 1, dashed: 0." in text


def test_a_study_of_both_kinds_of_traits_says_which_figure_is_of_which_scale(config, results):
    heights = results.assign(phenotype="height", metric="correlation").drop_duplicates(["method", "split"])
    rows = many_traits().iloc[[0, -1]].assign(level=0.99)
    asthma = rows.assign(metric="accuracy", phenotype=["asthma", "all"])
    said = {"people": "large: 1,196 of 1,197 people", "sealed": "99", "funnel": "3 read -> 2 kept", "frequencies": "ok",
            "relatives": "Nobody."}  # fmt: skip
    both = pd.concat([results, heights])
    evidence = {"verdict": pd.concat([rows, asthma])}
    text = words(render_page(config, both, {}, TIMES, evidence=evidence, people=said))
    assert "99 people of YRI were sealed before any trait was looked at" in text
    assert "on those of them who have the trait (50)" in text
    assert "the accuracy or correlation of one model (accuracy and the like in percent), on people" in text
    assert "0 to 100 %, dashed: 50 %; correlation and the like from −1 to 1, dashed: 0." in text
    assert "3 read → 2 kept" in text
    assert "the paper: test" not in text
    # Of one trait each, at the level of all methods, a row over all traits would say the same again.
    assert "all no evidence" not in text
    assert "Row “all”" not in text


def test_small_populations_stand_apart_and_are_linked_from_the_head(config, results):
    all_variants = [f"panel.variants_{name}=0" for name in ("large", "small", "shared")]
    both = with_overrides(config, ["populations.small=[YRI, JPT]", *all_variants])
    helps, unclear = evidence(0.1, 0.02, 0.18, "helps"), evidence(0.1, -0.02, 0.22, "no evidence")
    parts = [
        PopulationPart(both.of_population(name), results, {}, evidence=found)
        for name, found in (("YRI", helps), ("JPT", unclear))
    ]
    page = render_pages(both, parts, TIMES, opened="The sealed people were opened once.")
    text = words(page)
    assert text.count("Does knowledge of CEU help to predict YRI and JPT?") == 1
    assert text.count("The sealed people were opened once.") == 1
    head = text[: text.index("Does knowledge of CEU help to predict YRI?")]
    assert "YRI Transfer: Deep transfer helps. Because." in head
    assert "JPT Do not transfer: no method's gain over no transfer is clear of chance." in head
    assert text.count("hold together with those of the other small populations") == 2
    assert [link for link in Page(page).links if link.startswith("#")] == ["#YRI", "#JPT"]
    assert all(f'<section class="population" id="{name}">' in page for name in ("YRI", "JPT"))
    assert text.count("What it cost") == 1
    assert Page(page).open == []


def test_a_page_of_one_population_speaks_of_no_other(html):
    assert "other small populations" not in html
    assert "<section" not in html


def on_top(method, **figures):
    row = dict.fromkeys(ON_TOP.names, float("nan")) | {"phenotype": "YRI_5_1", "metric": "accuracy", "people": 50}
    return row | {"method": method, "repeats": 1} | figures


def explained_results(results, **values):
    row = results[(results["split"] == "final") & (results["phenotype"] == "YRI_5_1")].iloc[:1]
    return pd.concat(
        [row.assign(method="deep_transfer", metric=name, value=v, ci_low=v - 0.1, ci_high=v + 0.1)
         for name, v in values.items()]
    )  # fmt: skip


def test_scores_are_shown_on_top_of_covariates_which_come_first(config, results):
    rows = [
        on_top("deep_transfer", gain=0.1, ci_low=-0.02, ci_high=0.22, auc=0.7, liability_r2=0.2, odds_ratio=2.0,
               odds_ratio_low=1.5, odds_ratio_high=2.75),
        on_top("covariates_only", auc=0.6, odds_ratio=1.25, odds_ratio_low=0.9, odds_ratio_high=1.6),
    ]  # fmt: skip
    both = pd.concat([results, explained_results(results, auc=0.7, liability_r2=0.2)])
    text = words(render_page(config, both, {}, TIMES, evidence={"on_top": pd.DataFrame(rows)}))
    assert "On top of the covariates Gain over covariates alone in accuracy, in points" in text
    assert "Phenotype Method Gain over covariates AUC Liability R² Odds ratio per SD" in text
    assert "Deep transfer +10.0 (−2.0 to +22.0) 0.70 (0.60 to 0.80) 0.20 (0.10 to 0.30) 2.00 (1.50 to 2.75)" in text
    assert text.index("YRI_5_1 Covariates alone – – – 1.25 (0.90 to 1.60)") < text.index("Deep transfer +10.0 (−2.0")
    assert "Liability R² is for the prevalence in the settings." in text


def test_without_covariates_the_score_itself_is_shown(config, results):
    evidence = {"on_top": pd.DataFrame([on_top("deep_transfer", auc=0.7, odds_ratio=2.0)])}
    both = pd.concat([results, explained_results(results, auc=0.7)])
    text = words(render_page(config, both, {}, TIMES, evidence=evidence))
    assert "How much of the trait each score explains Odds ratio: of one standard deviation of the score." in text
    assert "give the share of cases in the population ( traits.prevalence ). Intervals" in text
    assert "Phenotype Method AUC Odds ratio per SD YRI_5_1 Deep transfer 0.70 (0.60 to 0.80) 2.00" in text


def test_a_quantitative_trait_without_covariates_has_nothing_more_to_show(config, results):
    evidence = {"on_top": pd.DataFrame([on_top("deep_transfer", metric="correlation")])}
    assert "each score explains" not in words(render_page(config, results, {}, TIMES, evidence=evidence))


def test_of_several_draws_it_is_said_what_the_intervals_are_of(config, results):
    evidence = {"on_top": pd.DataFrame([on_top("deep_transfer", repeats=3), on_top("covariates_only", repeats=3)])}
    text = words(render_page(config, results, {}, TIMES, evidence=evidence))
    assert "Means over 3 draws of the roles; intervals of AUC and R² are those of one draw" in text


def test_what_a_verdict_is_is_explained_once(config, results):
    verdict = evidence(0.1, 0.02, 0.18, "helps")["verdict"]
    both = {"verdict": pd.concat([verdict, verdict.assign(metric="auc")])}
    text = words(render_page(config, results, {}, TIMES, evidence=both))
    assert text.count("Does transfer help? (") == 2
    assert text.count("Rows of single traits: intervals of level") == 1
