"""The flow as data agrees with the stage functions that it names."""

import inspect

import pytest

from gtl import stages
from gtl.config import StudyConfig
from gtl.flow import FLOW, Per, needed, place_of, stages_per
from gtl.methods.registry import METHODS

BY_NAME = {stage.name: stage for stage in FLOW}

# What whoever runs the flow adds to a stage's inputs and arguments.
ADDED = {
    Per.STUDY: set(), Per.IMPORTS: {"cohort_set", "cohort", "chromosome"}, Per.COHORTS: {"cohort_set"},
    Per.TRAIT: {"code"}, Per.CHROMOSOME: {"cohort_set", "chromosome"}, Per.BRANCH: {"code"}, Per.END: set(),
}  # fmt: skip


def parameters(stage):
    return inspect.signature(getattr(stages, stage.function)).parameters


def given(stage):
    own = {*stage.inputs, *stage.arguments, *ADDED[stage.per]}
    own |= {"repeat"} if stage.repeated else set()
    return own | ({"methods"} if stage.function == "score_final" else set())


def test_names_are_unique():
    assert len(BY_NAME) == len(FLOW)


@pytest.mark.parametrize("stage", FLOW, ids=lambda stage: stage.name)
def test_every_input_is_the_output_of_an_earlier_stage(stage):
    for name in stage.inputs.values():
        assert place_of(name) < place_of(stage.name)
        assert list(Per).index(BY_NAME[name].per) <= list(Per).index(stage.per)


@pytest.mark.parametrize("stage", FLOW, ids=lambda stage: stage.name)
def test_a_stage_is_given_all_that_its_function_needs_and_nothing_else(stage):
    known = parameters(stage)
    needed = {name for name, parameter in known.items() if parameter.default is inspect.Parameter.empty}
    assert list(known)[:2] == ["config", "store"]
    assert needed - {"config", "store"} <= given(stage) <= set(known)


def test_every_public_stage_function_has_a_row():
    rooms = [module for _, module in inspect.getmembers(stages, inspect.ismodule)]
    functions = {
        name
        for room in rooms
        for name, function in inspect.getmembers(room, inspect.isfunction)
        if function.__module__ == room.__name__ and not name.startswith("_")
    }
    assert functions == set(stages.__all__) == {stage.function for stage in FLOW}


def test_every_method_has_a_stage_and_none_but_the_oracle_takes_the_truth():
    methods = [stage for stage in FLOW if stage.method]
    assert [stage.name for stage in methods] == list(METHODS)
    for stage in methods:
        info = METHODS[stage.name]
        assert ("networks" in stage.inputs, "phenotype" in stage.inputs) == (info.needs_networks, info.needs_truth)


def test_a_stage_that_depends_on_a_repeated_one_and_does_not_repeat_is_of_the_large_population_or_for_the_reader():
    once = [
        stage.name
        for stage in [*stages_per(Per.TRAIT), *stages_per(Per.BRANCH)]
        if not stage.repeated and any(BY_NAME[name].repeated for name in stage.inputs.values())
    ]
    assert once == ["plots", "networks"]


def test_genotypes_are_passed_over_once_for_all_traits_and_draws():
    passes = stages_per(Per.CHROMOSOME)
    assert [(stage.name, stage.function, stage.repeated) for stage in passes] == [
        ("association_large", "associate", False),
        ("association_small", "associate", False),
    ]


def names(config):
    return [stage.name for stage in needed(FLOW, config)]


def real(**settings):
    files = {"large": {"genotypes": "a.bed"}, "small": {"genotypes": "b.bed"}} | settings.pop("files", {})
    return StudyConfig(source="files", files=files, **settings)


def test_a_simulation_needs_every_stage_but_sources_and_methods_that_it_does_not_name():
    unnamed = set(METHODS) - set(StudyConfig().transfer.methods)
    assert set(names(StudyConfig())) == set(BY_NAME) - unnamed - {"sources"}


def test_published_scores_need_no_large_cohort_and_statistics_have_their_reference_there():
    score = StudyConfig(source="files", files={"small": {"genotypes": "b.bed"}}, sources={"PGS": {"score": "s.txt"}})
    assert "sources" in names(score)
    assert {"large_cohort", "networks"}.isdisjoint(names(score))
    gwas = {"EUR": {"statistics": "g.tsv", "reference": {"genotypes": "r.bed"}}}
    statistics = StudyConfig(source="files", files={"small": {"genotypes": "b.bed"}}, sources=gwas)
    assert {"sources", "large_cohort"} <= set(names(statistics))


def test_real_people_need_no_panel_nor_networks_that_no_method_takes_nor_a_final_cohort_without_files():
    assert {"panel", "networks", "final_cohort"}.isdisjoint(names(real()))
    assert "networks" in names(real(transfer={"methods": ["deep_transfer"]}))
    assert "final_cohort" in names(real(files={"final": {"genotypes": "c.bed"}}))


def test_a_final_cohort_of_one_of_several_small_populations_is_needed_there():
    small = {"small": {"YRI": {"genotypes": "y.bed"}, "JPT": {"genotypes": "j.bed"}}}
    config = real(files=small | {"final": {"JPT": {"genotypes": "f.bed"}}})
    assert "final_cohort" in names(config)
    assert ["final_cohort" in names(config.of_population(name)) for name in ("YRI", "JPT")] == [False, True]


def test_nobody_takes_the_output_of_a_trait_s_stage_that_is_not_needed():
    # Unnamed methods are not run at all; others leave a note, and who takes it can do without.
    found = needed(FLOW, real())
    taken = {source for stage in found for source in stage.inputs.values()}
    absent = [stage.name for stage in FLOW if stage.per in (Per.TRAIT, Per.BRANCH) and stage not in found]
    assert "networks" in absent
    assert taken.isdisjoint(absent)
