"""What a task's log says of its stage in numbers."""

import re

import pytest

from gtl import stages
from gtl.config import preset, with_overrides
from gtl.flow import FLOW
from gtl.stage_numbers import _COUNTED, numbers_of
from gtl.store import Store
from tests.prepared import SMALL_STUDY, prepare

CODE = "YRI_3_1"


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """Stage → what is said of its artefact in a study of 60, 40 and 20 people."""
    store = Store(str(tmp_path_factory.mktemp("study") / "results"))
    config = with_overrides(preset("quick"), [*SMALL_STUDY, "transfer.methods=[no_transfer]"])
    made = prepare(config, store, CODE)
    large, final = (store.find(f"studies/quick/cohorts/{name}") for name in ("large", "final"))
    method = stages.apply_method(config, store, CODE, "no_transfer", **made.inputs)
    networks = stages.train_networks(config, store, CODE, made.genotypes, made.split, made.subsets["subsets_large"])
    found = {
        "make_cohort": large, "final": final, "match_variants": made.genotypes, "check_people": made.people,
        "make_trait": made.phenotype, "split_samples": made.split, "apply_method": method, "train_networks": networks,
        "associate": store.find("studies/quick/association/small/chr21"),
    }  # fmt: skip
    return {name: numbers_of("make_cohort" if name == "final" else name, store, ref) for name, ref in found.items()}


@pytest.mark.parametrize(
    ("stage", "wanted"),
    [
        ("make_cohort", r"people: 60, variants: \d+, variants left out: 0; files: 4 \([\d.]+ kB\)"),
        ("final", r"files: 4 \([\d.]+ kB\), sealed: 4"),
        ("match_variants", r"shared variants: \d+, notes on variants: \d+; files: \d+ .*"),
        ("check_people", r"people: 120, notes on people: \d+; files: 4 .*"),
        ("make_trait", r"people \(large population\): 60, people \(small population\): 40, causal variants: 3, .*"),
        ("split_samples", r"people with a part: 100; files: .*"),
        ("associate", r"traits: 1, variants: \d+; files: 1 .*"),
        ("apply_method", r"models compared: [1-9]\d*; files: .*"),
        ("train_networks", "no method of this study starts from networks"),
    ],
)
def test_people_variants_and_files_are_counted(said, stage, wanted):
    assert re.fullmatch(wanted, said[stage]), said[stage]


def test_every_stage_says_something_but_those_whose_files_are_all_there_is_to_say():
    assert {stage.function for stage in FLOW} - set(_COUNTED) == {"plot_association", "write_report"}
