"""Several small populations in the settings: how they are written, what does not fit, and the view of one of them."""

import pytest
import yaml

from gtl.config import StudyConfig, flatten, load_study, preset, with_overrides
from gtl.config.answers import study_of_answers
from gtl.domain.cohort import Cohort
from gtl.errors import InputError
from gtl.stage_keys import branch_key, cohort_key, people_key
from gtl.stage_settings import cohort as cohort_params

REAL = {
    "source": "files",
    "populations": {"large": "CEU"},
    "files": {
        "large": {"genotypes": "ceu.bed"},
        "small": {
            "YRI": {"genotypes": "yri.bed", "tables": ["yri.tsv"]},
            "JPT": {"genotypes": "/data/jpt.bed", "where": "population=JPT"},
        },
        "final": {"YRI": {"genotypes": "sealed.bed", "tables": ["sealed.tsv"]}},
    },
    "traits": {"prevalence": 0.1, "prevalences": {"JPT": 0.02}},
    "roles": {"populations": {"JPT": {"column": "set", "learning": ["trn"], "final": ["cal"]}}},
}


def two(**changes):
    return StudyConfig.model_validate(REAL | changes)


@pytest.mark.parametrize("names", ["[YRI, JPT]", '"YRI, JPT"', '"YRI,JPT"'])
def test_names_are_a_list_or_a_text_as_in_a_field_of_the_form(names):
    assert with_overrides(preset("quick"), [f"populations.small={names}"]).populations.small == ("YRI", "JPT")


@pytest.mark.parametrize("names", ["YRI", "[YRI]"])
def test_a_list_of_one_is_the_study_of_one(names):
    assert with_overrides(preset("quick"), [f"populations.small={names}"]) == preset("quick")


def test_one_population_has_no_name_in_keys_and_sets():
    config = StudyConfig()
    assert config.cohort_sets() == ["shared"]
    assert config.of_trait("YRI_5_1") is config
    assert people_key(config, "shared") == "studies/transfer"
    assert cohort_key(config, "3", Cohort.LARGE) == "studies/transfer/iterations/3/cohorts/large"


def test_two_populations_share_the_large_cohort_alone():
    config = StudyConfig(populations={"small": ["YRI", "JPT"]}, cohorts={"fresh": True}, phenotypes={"iterations": 2})
    assert config.cohort_sets() == ["YRI_1", "YRI_2", "JPT_1", "JPT_2"]
    assert config.cohort_set_of("JPT_5_2") == "JPT_2"
    assert cohort_key(config, "JPT_2", Cohort.LARGE) == "studies/transfer/iterations/2/cohorts/large"
    assert cohort_key(config, "JPT_2", Cohort.SMALL) == "studies/transfer/populations/JPT/iterations/2/cohorts/small"
    assert branch_key(config, "JPT_5_2") == "studies/transfer/phenotypes/JPT_5_2"
    assert [str(code) for code in config.codes()][::4] == ["YRI_5_1", "JPT_5_1"]


def test_another_small_population_changes_no_settings_of_those_that_are_there():
    two, three = (StudyConfig(populations={"small": names}) for names in (["YRI", "JPT"], ["YRI", "JPT", "LWK"]))
    assert two.of_population("JPT") == three.of_population("JPT")
    assert two.of_population("JPT") == StudyConfig(populations={"small": "JPT"})
    assert cohort_params(two, Cohort.LARGE) == cohort_params(three, Cohort.LARGE)


def test_a_real_study_names_its_populations_by_their_files():
    config = two()
    assert config.populations.small == ("YRI", "JPT")
    yri, jpt = config.by_population().values()
    assert (yri.files.small.genotypes, yri.files.final.genotypes) == ("yri.bed", "sealed.bed")
    assert (jpt.files.small.where, jpt.files.final.genotypes) == ("population=JPT", None)
    assert (yri.traits.prevalence, jpt.traits.prevalence) == (0.1, 0.02)
    assert (yri.roles.column, jpt.roles.column, jpt.roles.final) == (None, "set", ("cal",))
    assert not yri.several
    by_share = two(roles={"column": "set", "learning": ["trn"], "final": ["cal"],
                          "populations": {"JPT": {"final_share": 0.5}}}).of_population("JPT").roles  # fmt: skip
    assert (by_share.column, by_share.learning, by_share.final_share) == (None, (), 0.5)
    assert not yri.files.populations


def test_a_study_file_s_paths_are_relative_to_it_and_it_comes_back_from_the_form(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(REAL))
    config = load_study(path)
    assert config.files.populations["YRI"].small.tables == (str(tmp_path / "yri.tsv"),)
    assert config.files.populations["JPT"].small.genotypes == "/data/jpt.bed"
    assert config.files.populations["YRI"].final.genotypes == str(tmp_path / "sealed.bed")
    assert study_of_answers(flatten(config)) == config
    assert with_overrides(config, ["seed=2"]).files == config.files


@pytest.mark.parametrize(
    ("small", "said"),
    [
        (["YRI", "CEU"], "large and small population have the same code 'CEU'"),
        (["YRI", "yri"], "YRI is named more than once, capitals apart"),
        (["YRI", "ceu"], "ceu is taken, capitals apart"),
        (["YRI", "all"], "all is taken"),
        (["YRI", "../up"], "String should match pattern"),
        ([], "at least 1 item"),
    ],
)
def test_names_that_cannot_be(small, said):
    with pytest.raises(ValueError, match=said):
        StudyConfig(populations={"small": small})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"populations": {"small": ["YRI", "LWK"]}}, "files.small speaks of JPT; populations.small names 'YRI', 'LWK'"),
        ({"populations": {"small": ["YRI", "JPT", "LWK"]}}, r"needs files\.small\.LWK\.genotypes"),
        ({"roles": {"populations": {"LWK": {"final_share": 0.5}}}}, "roles.populations speaks of LWK"),
        ({"roles": {"populations": {"JPT": {"column": "set"}}}}, "roles.populations.JPT: roles.column needs"),
        ({"traits": {"prevalences": {"LWK": 0.5}}}, "traits.prevalences speaks of LWK"),
        (
            {"files": REAL["files"] | {"small": {"genotypes": "one.bed"}}},
            "files.small and files.final name one cohort, and others belong to populations",
        ),
        (
            {"files": {"large": {"genotypes": "ceu.bed"}, "small": {"YRI": {"genotypes": "yri.bed"}}}, "roles": {},
             "traits": {}},
            "with one small population it stands directly in its section",
        ),
    ],
)  # fmt: skip
def test_what_is_said_of_a_population_has_to_fit_the_names(changes, said):
    with pytest.raises(ValueError, match=said):
        two(**changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (["panel.variants_shared=5"], r"panel\.variants_shared: numbers of SNPs are those of one small population"),
        (
            ["panel={source: oxford, hap_large: a, hap_small: b, legend: c, genetic_map: d}"],
            "oxford has one file of small haplotypes",
        ),
        (["matching.lacking=impute"], "impute is for files"),
    ],
)
def test_a_simulation_says_what_it_cannot(changes, said):
    with pytest.raises(InputError, match=said):
        with_overrides(preset("quick"), ["populations.small=[YRI, JPT]", *changes])
