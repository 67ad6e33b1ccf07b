import math

import pytest

from gtl.config import StudyConfig, flatten, load_study, preset
from gtl.config.answers import answers_of, field_of, study_of_answers, tree_of_answers
from gtl.config.loading import WrongSettings
from gtl.config.people import Source
from gtl.config.study import REAL_METHODS, SOURCES_METHODS

FILES = {"source": "files", "files.large.genotypes": "/data/ceu.bed", "files.small.genotypes": "/data/yri.bed"}


@pytest.mark.parametrize(
    ("answers", "study"),
    [
        ({"preset": None}, preset("quick")),
        ({"preset": "paper"}, preset("paper")),
        ({"preset": "none"}, StudyConfig()),
        ({}, StudyConfig()),
        (flatten(preset("paper")), preset("paper")),
        (answers_of(preset("reproduction")), preset("reproduction")),
    ],
)
def test_a_study_starts_from_its_preset(answers, study):
    assert study_of_answers(answers) == study


def test_what_is_blank_is_the_preset_s():
    blank = dict.fromkeys(flatten(StudyConfig()))
    assert study_of_answers({"preset": "paper", **blank}) == preset("paper")
    assert study_of_answers({"preset": "paper", **blank, "seed": 3}) == preset("paper").model_copy(update={"seed": 3})


def test_a_study_of_one_s_own_data_starts_from_no_preset_and_has_methods_for_real_people():
    study = study_of_answers({"preset": None, **FILES})
    assert study.transfer.methods == REAL_METHODS
    assert study.preselection == StudyConfig().preselection
    assert study_of_answers({"preset": "quick", **FILES}).transfer.methods == REAL_METHODS
    assert study_of_answers({"preset": "quick", **FILES, "transfer.methods": ["tca"]}).transfer.methods == ("tca",)


def test_statistics_are_files_with_sources_in_place_of_large_people():
    sources = {"EUR": {"score": "/data/score.txt.gz"}}
    study = study_of_answers(
        {"preset": None, "source": "statistics", "sources": sources, "files.small.genotypes": "/data/yri.bed"}
    )
    assert study.source is Source.FILES
    assert not study.has_large_people
    assert study.transfer.methods == SOURCES_METHODS
    with pytest.raises(WrongSettings, match=r"source 'statistics' needs sources, such as"):
        study_of_answers({"preset": None, "source": "statistics", "files.small.genotypes": "/data/yri.bed"})


@pytest.mark.parametrize("text", ["5, 10", "5 10", "[5, 10]", [5, 10], " 5;10 "])
def test_lists_of_numbers_are_read_from_text(text):
    assert study_of_answers({"preset": None, "phenotypes.risk_snps": text}).phenotypes.risk_snps == (5, 10)


def test_numbers_are_read_from_text_and_none_is_nothing():
    study = study_of_answers(
        {
            "preset": "quick",
            "panel.mutation_rate": "2e-8",
            "training.epochs": " 3 ",
            "phenotypes.snp_share": "none",
            "phenotypes.kinship_share": "0.25",
            "cohorts.fresh": "true",
        }
    )
    assert study.panel.mutation_rate == 2e-8
    assert study.training.epochs == 3
    assert (study.phenotypes.snp_share, study.phenotypes.kinship_share) == (None, 0.25)
    assert study.cohorts.fresh


def test_a_section_in_one_piece_changes_the_fields_that_it_has():
    study = study_of_answers({"preset": "quick", "training": {"epochs": 3}, "training.batch_size": 7})
    quick = preset("quick").training
    assert study.training == quick.model_copy(update={"epochs": 3, "batch_size": 7})


def test_answers_are_not_changed():
    answers = {"preset": "quick", "phenotypes": {"risk_snps": "5, 10"}}
    study_of_answers(answers)
    assert answers == {"preset": "quick", "phenotypes": {"risk_snps": "5, 10"}}


def test_the_tree_is_a_study_file(tmp_path):
    import yaml

    answers = {"preset": "quick", "name": "mine", "phenotypes.risk_snps": "5, 10", "training": {"epochs": 3}}
    file = tmp_path / "mine.yaml"
    file.write_text(yaml.safe_dump(tree_of_answers(answers)))
    assert load_study(file) == study_of_answers(answers)


@pytest.mark.parametrize(
    ("answers", "said", "field"),
    [
        (
            {"preset": "fast"},
            r"preset: 'fast' does not exist; choose one of paper, quick, reproduction, none",
            "preset",
        ),
        ({"name": ""}, r"name: '' is not a name of lower-case letters", "name"),
        ({"name": "a\n"}, r"name: 'a\\n' is not a name of lower-case letters", "name"),
        ({"cohorts.larg": 3}, r"unknown field 'cohorts.larg'; did you mean cohorts.large\?", ""),
        ({"training": {"epoch": 3}}, r"unknown field training.epoch; did you mean training.epochs\?", ""),
        ({"training": 3}, r"training: expected a section", ""),
        (
            {"preset": None, "training": {"epochs": 3}, "training.epochs": 4},
            r"training.epochs: is given twice, as 4 and",
            "training.epochs",
        ),
        (
            {"cohorts.large": "many"},
            r"cohorts.large: expected a whole number, people, at least 1, got 'many'",
            "cohorts.large",
        ),
        ({"cohorts.large": True}, r"cohorts.large: expected a whole number.*got True", "cohorts.large"),
        ({"cohorts.large": 2.5}, r"cohorts.large: expected a whole number.*got 2.5", "cohorts.large"),
        ({"cohorts.large": "2,600"}, r"cohorts.large: expected a whole number.*got '2,600'", "cohorts.large"),
        ({"cohorts.large": 0}, r"cohorts.large: .*greater than or equal to 1 \(got 0\)", "cohorts.large"),
        ({"seed": 2**63}, r"seed: .*less than 2147483648", "seed"),
        (
            {"panel.variants_large": 2**63},
            r"panel.variants_large: 9223372036854775808 is too large",
            "panel.variants_large",
        ),
        ({"panel.mutation_rate": math.nan}, r"panel.mutation_rate: .*finite number", "panel.mutation_rate"),
        ({"panel.mutation_rate": "nan"}, r"panel.mutation_rate: expected a number.*got 'nan'", "panel.mutation_rate"),
        (
            {"phenotypes.risk_snps": "5, x"},
            r"phenotypes.risk_snps: expected numbers with commas",
            "phenotypes.risk_snps",
        ),
        ({"phenotypes.risk_snps": "[5"}, r"phenotypes.risk_snps: expected numbers with commas", "phenotypes.risk_snps"),
        ({"cohorts.fresh": 1}, r"cohorts.fresh: expected true or false, got 1", "cohorts.fresh"),
        (
            {"phenotypes.snp_share": "all"},
            r"expected a number, share, 0 to 1, or none, got 'all'",
            "phenotypes.snp_share",
        ),
        ({"classical.models": ["SVN"]}, r"classical.models.0: .*'SVM', 'CART'", "classical.models"),
        ({"cohorts.large": 5}, r"split.large_train \+ .* but cohorts.large is 5; make them equal", "split.large_train"),
        ({"source": "files"}, r"source 'files' needs files.large.genotypes and", "files.large.genotypes"),
    ],
)
def test_a_mistake_names_its_field_the_value_and_what_is_allowed(answers, said, field):
    with pytest.raises(WrongSettings, match=said) as raised:
        study_of_answers({"preset": None, **answers})
    assert [field_of(text) for text in raised.value.mistakes] == [field]


def test_all_mistakes_are_told_at_once():
    with pytest.raises(WrongSettings) as raised:
        study_of_answers({"preset": "fast", "seed": "x", "foo": 1, "name": "A", "training": {"epochs": 0}})
    assert [field_of(text) for text in raised.value.mistakes] == ["", "preset", "seed", "name", "training.epochs"]
