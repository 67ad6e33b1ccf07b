import re

import pandas as pd
import pytest

from gtl.report.reproduction import reproduction_views
from gtl.report.studies import results_page
from tests.unit.report.sweeps import tables

PAPER = {
    "no_transfer": [56, 52, 44, 42, 48, 52, 52, 46],
    "snp_transfer": [48, 54, 44, 38, 46, 48, 48, 32],
    "deep_transfer": [58, 58, 64, 56, 62, 66, 54, 52],
}


def repeated(**figures):
    """Table RESULTS of a study that has the paper's final figures twice, or others, and 0.7 on its test people."""
    return pd.DataFrame(
        [
            {"study": "again", "phenotype": f"YRI_{number}_{i + 1}", "method": method, "split": split,
             "metric": "accuracy", "value": percents[4 * (number == 10) + i % 4] / 100 if split == "final" else 0.7,
             "ci_low": 0.0, "ci_high": 1.0, "algorithm": "x", "n_snps": 1, "n": 50, "seed": 21}
            for method, percents in {**PAPER, **figures}.items()
            for number in (5, 10)
            for i in range(8)
            for split in ("test", "final")
        ]
    )  # fmt: skip


def outcomes(results):
    return {claim.words.partition(",")[0]: claim.outcome for claim in reproduction_views(results).claims}


def test_the_papers_own_figures_reproduce():
    said = outcomes(repeated())
    assert said["Deep transfer: mean gain over no transfer"] == "reproduces"
    assert said["SNP transfer: mean gain over no transfer"] == "reproduces"
    assert said["Deep transfer: mean final accuracy"] == "reproduces"
    assert said["No transfer: mean final accuracy"] == "no effect is shown; the paper's figure is within chance"


def test_a_gain_that_is_not_there_does_not_reproduce():
    said = outcomes(repeated(deep_transfer=[57, 51, 43, 43, 47, 53, 53, 45]))
    assert said["Deep transfer: mean gain over no transfer"].startswith("does not reproduce")


def test_chance_alone_shows_no_effect():
    said = outcomes(repeated(deep_transfer=[76, 72, 24, 22, 68, 72, 32, 26]))
    assert (
        said["Deep transfer: mean gain over no transfer"] == "no effect is shown; the paper's figure is within chance"
    )


@pytest.fixture(scope="module")
def page():
    return results_page(tables(), repeated())


def test_the_page_says_which_goals_were_met(page):
    text = page[0]
    assert "| 0.3 | 100 | Polygenic score | +12.0 [+9.5, +14.5] | 4.0 [1.5, 6.5] | met |" in text
    assert "their effects unrelated (correlation 0) | 6 | 3 | 1: 16.7 % [0.7, 85.1] | undecided | −1.0 | met |" in text
    assert "causal SNPs are others | 3 | 3 | 0: 0.0 % [0.0, 56.1] | undecided | +0.0 | met |" in text
    assert "| 0.3 | 0.0 | 100 | 33.3 | −1.0 [−5.3, +3.3] | do not transfer |" in text


def test_the_page_says_where_the_papers_figures_lie(page):
    text = page[0]
    assert re.search(r"\| Deep transfer: mean gain .* \| 9\.75 \| 9\.8 \[.*\] \| .* \| reproduces \|", text)
    assert "| 3 No transfer | 5_1 | final | 56 | 48.5 |" in text
    assert "| 7-9 | Deep transfer | 50 final people | 8 of 8 | 58.8 | 58.8 |" in text


def test_every_table_is_a_table(page):
    """Rows of a block of pipes have as many cells as its head; nothing of the template is left."""
    assert not set("{}") & set(page[0])
    for block in re.findall(r"(?:^\|.*\n)+", page[0], re.MULTILINE):
        assert len({line.count("|") for line in block.splitlines()}) == 1, block
        assert set(block.splitlines()[1]) == set("|-"), block


def test_the_page_has_the_figures_that_it_shows(page):
    text, figures = page
    assert {f"images/{name}" for name in figures} == set(re.findall(r"\]\((images/.*?)\)", text))
    assert all(content.startswith(b"\x89PNG") for content in figures.values())


def test_the_same_tables_give_the_same_page(page):
    assert results_page(tables(), repeated()) == page
