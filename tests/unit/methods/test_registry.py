import subprocess
import sys
from dataclasses import replace

import pytest

from gtl.config import StudyConfig
from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.methods.registry import BASELINE, METHODS, method_info, method_order, method_title, why_not


def test_every_method_can_be_loaded():
    made = [info.learned_from(sources=not info.location).load() for info in METHODS.values()]
    assert [hasattr(method, "candidates") for method in made] == [True] * len(METHODS)


def test_the_papers_study_names_the_papers_methods_alone():
    papers = ["no_transfer", "snp_transfer", "snp_transfer_large", "deep_transfer"]
    assert [method_info(name).name for name in StudyConfig().transfer.methods] == papers
    assert list(METHODS)[:4] == papers
    assert BASELINE in METHODS


def test_the_oracle_alone_is_given_the_truth():
    assert [name for name, info in METHODS.items() if info.needs_truth] == ["oracle"]


def test_methods_say_why_they_do_not_run():
    of_people = [info for info in METHODS.values() if info.location]
    assert {why_not(info, kind) for info in of_people for kind in TraitKind} == {""}
    assert why_not(METHODS["oracle"], TraitKind.BINARY, truth=False).startswith("the true causal SNPs")
    limited = replace(METHODS["deep_transfer"], kinds=frozenset({TraitKind.BINARY}))
    assert why_not(limited, TraitKind.QUANTITATIVE) == "it predicts binary traits alone"


def test_a_misspelt_method_is_refused_with_the_names_that_exist():
    with pytest.raises(
        InputError, match=r"'deep_transfr'; did you mean 'deep_transfer'.*\? There are 'no_transfer', 'snp_transfer'"
    ):
        method_info("deep_transfr")


def test_order_and_titles_also_serve_methods_that_left():
    names = ["gone", "deep_transfer", "no_transfer"]
    assert sorted(names, key=method_order) == ["no_transfer", "deep_transfer", "gone"]
    assert (method_title("deep_transfer"), method_title("gone")) == ("Deep transfer", "gone")


def test_listing_methods_loads_nothing_heavy():
    code = (
        "import sys, gtl.methods.registry, gtl.methods.base;"
        "heavy = {'tensorflow', 'keras', 'sklearn', 'imblearn', 'pandas', 'matplotlib', 'scipy'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
