import os

import pytest
import yaml

from gtl.config import StudyConfig, load_study
from gtl.errors import InputError
from gtl.preflight import check_settings
from tests.real_cohorts import write_study_of_two


def study(tmp_path, **files):
    for name in ("large.hap", "small.hap", "both.legend", "map.txt"):
        (tmp_path / name).write_text("")
    given = {"hap_large": "large.hap", "hap_small": "small.hap", "legend": "both.legend", "genetic_map": "map.txt"}
    paths = {field: str(tmp_path / name) for field, name in (given | files).items()}
    return StudyConfig.model_validate({"panel": {"source": "oxford", **paths}})


def test_a_panel_whose_files_are_there_passes(tmp_path):
    config = study(tmp_path)
    assert check_settings(config) == [str(code) for code in config.codes()]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"hap_small": "none.hap"},
            r"panel\.hap_small: .*none\.hap cannot be read \(No such file or directory\); correct",
        ),
        ({"genetic_map": "."}, r"panel\.genetic_map: .* cannot be read \(Is a directory\)"),
        ({"legend_small": "map.txt/x"}, r"panel\.legend_small: .* cannot be read \(Not a directory\)"),
        ({"legend": "a\0b"}, r"panel\.legend: .* cannot be read \(embedded null byte\)"),
    ],
)
def test_a_file_of_the_panel_that_cannot_be_read_is_found_before_anything_runs(tmp_path, files, said):
    with pytest.raises(InputError, match=said):
        check_settings(study(tmp_path, **files))


def real_study(tmp_path, **cohorts):
    for name in ("large.bed", "small.chr1.bed", "small.chr2.bed", "small.fam", "people.tsv"):
        (tmp_path / name).write_text("")
    files = {
        "large": {"genotypes": str(tmp_path / "large.bed"), "tables": [str(tmp_path / "people.tsv")]},
        "small": {"genotypes": str(tmp_path / "small.chr{chrom}.bed")},
    }
    for cohort, settings in cohorts.items():
        given = files.setdefault(cohort, {})
        for name, value in settings.items():
            given[name] = [str(tmp_path / path) for path in value] if isinstance(value, list) else str(tmp_path / value)
    return StudyConfig.model_validate({"source": "files", "files": files})


def test_files_of_cohorts_that_are_there_pass(tmp_path):
    check_settings(real_study(tmp_path))
    check_settings(real_study(tmp_path, small={"samples": "small.fam", "tables": ["people.tsv"]}))


@pytest.mark.parametrize(
    ("cohorts", "said"),
    [
        ({"large": {"genotypes": "none.bed"}}, r"files\.large\.genotypes: .*none\.bed: no such file; check the path"),
        ({"large": {"genotypes": "people.tsv"}}, r"files\.large\.genotypes: .*people\.tsv: of no known format"),
        ({"small": {"genotypes": "no.chr{chrom}.bed"}}, r"files\.small\.genotypes: .*no\.chr\{chrom\}\.bed"),
        ({"small": {"samples": "none.sample"}}, r"files\.small\.samples: .*none\.sample cannot be read \(No such file"),
        ({"small": {"samples": "none{chrom}.sample"}}, r"files\.small\.samples: .*none\{chrom\}\.sample"),
        ({"small": {"tables": ["people.tsv", "x.tsv"]}}, r"files\.small\.tables: .*x\.tsv cannot be read"),
        ({"large": {"tables": ["."]}}, r"files\.large\.tables: .* cannot be read \(Is a directory\); correct the path"),
        ({"final": {"genotypes": "none.vcf"}}, r"files\.final\.genotypes: .*none\.vcf: no such file"),
        ({"final": {"tables": ["people.tsv"]}}, r"files\.final\.tables: files\.final\.genotypes is empty"),
    ],
)
def test_a_file_of_a_cohort_that_cannot_be_read_is_found_before_anything_runs(tmp_path, cohorts, said):
    with pytest.raises(InputError, match=said):
        check_settings(real_study(tmp_path, **cohorts))


@pytest.mark.parametrize(
    ("methods", "said"),
    [
        (["oracle"], r"transfer\.methods: none of these can run in this study \(oracle: the true causal SNPs"),
        (["covariates_only"], r"transfer\.methods: none of these .*covariates_only: the study has no covariates"),
        (["magic"], r"transfer\.methods: there is no method 'magic'; there are 'no_transfer', 'snp_transfer'"),
    ],
)
def test_methods_that_cannot_run_are_found_before_anything_runs(tmp_path, methods, said):
    config = real_study(tmp_path)
    with pytest.raises(InputError, match=said):
        check_settings(config.model_copy(update={"transfer": config.transfer.model_copy(update={"methods": methods})}))


def test_one_method_that_can_run_is_enough(tmp_path):
    config = real_study(tmp_path)
    transfer = config.transfer.model_copy(update={"methods": ("oracle", "own_gblup")})
    check_settings(config.model_copy(update={"transfer": transfer}))


def test_two_small_populations_may_share_nobody(tmp_path):
    path = write_study_of_two(tmp_path)
    check_settings(load_study(path))
    settings = yaml.safe_load(path.read_text())
    settings["files"]["small"]["JPT"] = {"genotypes": "small.bed", "tables": ["small.tsv"], "where": "set=train"}
    path.write_text(yaml.safe_dump(settings))
    with pytest.raises(
        InputError, match=r"files\.small\.JPT: 24 of 24 people are in the small population YRI, too \('S1'"
    ):
        check_settings(load_study(path))
    settings["files"]["small"]["YRI"]["where"] = "set=seal"
    path.write_text(yaml.safe_dump(settings))
    check_settings(load_study(path))


def test_a_small_population_s_file_is_named_with_it(tmp_path):
    path = write_study_of_two(tmp_path)
    (tmp_path / "other.tsv").unlink()
    with pytest.raises(InputError, match=r"files\.small\.JPT\.tables: .*other\.tsv cannot be read"):
        check_settings(load_study(path))


def sources_study(tmp_path, sources, **settings):
    for name in ("large.bed", "small.bed", "a.tsv"):
        (tmp_path / name).write_text("")
    (tmp_path / "people.tsv").write_text("FID IID height asthma\n0 1 170 0\n")
    given = {"reference": {"genotypes": str(tmp_path / "large.bed")}}
    tree = {
        "source": "files",
        "files": {"small": {"genotypes": str(tmp_path / "small.bed"), "tables": [str(tmp_path / "people.tsv")]}},
        "sources": {
            name: ({} if "score" in own else given)
            | {key: {trait: str(tmp_path / file) for trait, file in files.items()} for key, files in own.items()}
            for name, own in sources.items()
        },
    }
    return StudyConfig.model_validate(tree | settings)


@pytest.mark.parametrize("kind", ["statistics", "score"])
def test_a_source_s_trait_that_is_misspelt_is_named_with_the_nearest_one(tmp_path, kind):
    sources = {"EUR": {"statistics": {"height": "a.tsv"}}, "other": {kind: {"height": "a.tsv", "heigth": "a.tsv"}}}
    said = (
        rf"sources\.other\.{kind}: 'heigth' is neither a trait .* did you mean 'height'\? There are 'height', 'asthma'"
    )
    with pytest.raises(InputError, match=said):
        check_settings(sources_study(tmp_path, sources))
    with pytest.raises(InputError, match=r"did you mean 'height'\? There is 'height'$"):
        check_settings(sources_study(tmp_path, sources, traits={"names": ["height"]}))


def test_a_source_may_have_files_of_traits_that_are_not_studied_this_time(tmp_path):
    sources = {"EUR": {"statistics": {"height": "a.tsv", "asthma": "a.tsv"}}}
    check_settings(sources_study(tmp_path, sources, traits={"names": ["height"]}))


def simulated(engine="builtin", **phenotypes):
    return StudyConfig.model_validate({"phenotypes": phenotypes, "engines": {"phenotypes": engine}})


UNIF = {"effect_distribution": "unif"}


@pytest.mark.parametrize(
    ("phenotypes", "said"),
    [
        (
            {"risk_snps": [5, 1]},
            r"phenotypes\.risk_snps: 1: .*unif needs at least 2 shared effects",
        ),
        ({"risk_snps": [2], "independent_snp_share": 0.4}, r"phenotypes\.risk_snps: 2: .* there are 1"),
        ({"affected_traits_share": 0}, "affected_traits_share is 0"),
        ({"covariates": []}, r"phenotypes\.covariates lists none"),
        ({"covariates": [{}, {**UNIF, "independent_share": 0}]}, r"phenotypes\.covariates\.1: .*unif needs at least 2"),
        ({"covariates": [{"distribution": "cat_norm", "mean": 1000}]}, "gives every category probability 0"),
    ],
)
def test_effects_that_cannot_be_drawn_are_found_before_anything_is_computed(phenotypes, said):
    with pytest.raises(InputError, match=said):
        check_settings(simulated(**phenotypes))


@pytest.mark.parametrize(
    "phenotypes",
    [
        {"risk_snps": [1], "effect_distribution": "norm"},
        {"risk_snps": [1], "traits": 2},
        {"risk_snps": [1], "snp_shared": 0},
        {"risk_snps": [1], "snp_share": 0, "kinship_share": 1},
        {"covariates": [], "covariate_share": 0},
    ],
)
def test_effects_that_can_be_drawn_pass(phenotypes):
    check_settings(simulated(**phenotypes))


CORRELATED = {"trait_correlation": 1, "correlated_share": 0.1, "observational_share": None}


@pytest.mark.parametrize(
    ("phenotypes", "said"),
    [
        (CORRELATED, r"trait_correlation: 1: PhenotypeSimulator wants it above 0 and below 1; use 0\.999"),
        ({"covariates": [{"distribution": "cat_norm"}, {"distribution": "bin"}]}, "wants a norm or unif set beside it"),
        ({"covariates": [{"distribution": "cat_norm"}, {}]}, "which has 9 and 9 beside a norm or unif set; set these"),
    ],
)
def test_what_phenotype_simulator_refuses_is_refused_at_once_and_only_with_it(phenotypes, said):
    check_settings(simulated(**phenotypes))
    with pytest.raises(InputError, match=said):
        check_settings(simulated("phenotypesimulator", **phenotypes))


@pytest.mark.parametrize(
    "sets",
    [
        [{"distribution": "cat_norm", "mean": 9, "sd": 9}, {}],
        [{"distribution": "cat_norm", "mean": 2}],
        [{"distribution": "cat_norm", "mean": 9, "sd": 9}, {"distribution": "bin"}, {"distribution": "unif"}],
    ],
)
def test_advice_about_cat_norm_is_taken(sets):
    check_settings(simulated("phenotypesimulator", covariates=sets))


def test_an_effective_size_that_hapgen2_cannot_take_is_refused_with_it_alone():
    sizes = {"cohorts": {"effective_size_small": 60_000}}
    check_settings(StudyConfig.model_validate(sizes))
    with pytest.raises(InputError, match=r"cohorts\.effective_size_small: 60000: HAPGEN2 takes no Ne above 50,000"):
        check_settings(StudyConfig.model_validate(sizes | {"engines": {"genotypes": "hapgen2"}}))


def test_devices_and_pipes_are_refused_before_they_are_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match=r"panel\.legend: .*/pipe is a pipe, not a file"):
        check_settings(study(tmp_path, legend="pipe"))
    with pytest.raises(InputError, match=r"panel\.legend: /dev/zero is a device, not a file"):
        check_settings(study(tmp_path, legend="/dev/zero"))
