import io
import json

import pandas as pd
import pytest
from rich.console import Console

from gtl.config import preset
from gtl.errors import InputError
from gtl.evaluate.ceiling import study_ceilings
from gtl.report.plain_table import as_text
from gtl.report.text import show_summary, summary


def printed(table, **options):
    console = Console(file=io.StringIO(), width=120, **options)
    console.print(table)
    return console.file.getvalue()


def test_summary_gives_every_figure_its_interval_and_gain(results):
    text = printed(summary(results, "accuracy", ceilings=study_ceilings(preset("paper"))))
    lines = [line for line in text.splitlines() if "YRI_" in line]
    assert [line.split()[1] for line in lines] == [
        "YRI_5_1", "YRI_5_2", "YRI_5_3", "YRI_5_4", "YRI_10_1", "YRI_10_2", "YRI_10_3", "YRI_10_4",
    ]  # fmt: skip
    assert "56 (42-69)" in lines[0]
    assert "58 (44-71) +2" in lines[0]
    assert "32 (21-46) -14" in lines[7]
    assert "50 final people a figure; ceiling of the causal SNPs 53.2 %, of all genetic variance 78.2 %" in " ".join(
        text.split()
    )


def test_summary_in_colour_says_the_same(results):
    plain = printed(summary(results, "accuracy"), no_color=True, force_terminal=False)
    assert "\x1b[" not in plain
    assert "\x1b[32m" in printed(summary(results, "accuracy"), force_terminal=True, color_system="standard")


def test_a_method_without_a_score_leaves_a_dash(results):
    gap = results[~((results["phenotype"] == "YRI_5_1") & (results["method"] == "snp_transfer"))]
    line = next(line for line in printed(summary(gap, "accuracy")).splitlines() if "YRI_5_1" in line)
    assert [cell.strip() for cell in line.strip("│").split("│")] == ["YRI_5_1", "56 (42-69)", "-", "58 (44-71) +2"]


def test_where_there_is_no_terminal_the_summary_is_as_wide_as_it_needs(results, capsys):
    others = [results.assign(method=method) for method in ("polygenic_score", "bayesian_score", "linear_transfer")]
    show_summary(pd.concat([results, *others]), "accuracy")
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("│")]
    assert {row.split()[1] for row in rows} == set(results["phenotype"])
    assert len(rows) == results["phenotype"].nunique()


def test_no_word_is_cut_off_in_a_narrow_terminal(results):
    console = Console(file=io.StringIO(), width=50)
    console.print(summary(results, "accuracy"))
    assert "…" not in console.file.getvalue()


TABLE = pd.DataFrame({"phenotype": ["YRI_5_1", "YRI_5_2"], "final_accuracy": [56.0, float("nan")]})


def test_table_as_text_csv_and_json():
    assert as_text(TABLE).splitlines()[2].split() == ["YRI_5_2", "-"]
    assert as_text(TABLE, "csv") == "phenotype,final_accuracy\nYRI_5_1,56.0\nYRI_5_2,\n"
    assert json.loads(as_text(TABLE, "json"))[1] == {"phenotype": "YRI_5_2", "final_accuracy": None}


def test_an_unknown_format_is_refused():
    with pytest.raises(InputError, match="format 'xlsx' is not known; choose one of table, csv, json"):
        as_text(TABLE, "xlsx")


def test_a_quantitative_trait_is_shown_in_its_own_unit_and_repeats_are_means(results):
    one = results[(results["phenotype"] == "YRI_5_1") & (results["split"] == "final")]
    two = [
        one.assign(phenotype="height", metric="correlation", repeat=repeat, value=value, ci_low=0.1, ci_high=0.6)
        for repeat, value in ((1, 0.3), (2, 0.4))
    ]
    text = " ".join(printed(summary(pd.concat([results, *two]), "correlation")).split())
    assert "Final correlation (interval; gain)" in text
    assert "height │ 0.35 (0.10-0.60) │ 0.35 (0.10-0.60) +0.00" in text
    assert "means over 2 draws of the roles, the interval of one draw" in text
