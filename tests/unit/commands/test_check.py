import shlex

from gtl.config import load_study
from gtl.store import Store
from gtl.study_check import check_study


def test_check_tells_what_the_files_hold(example, command_line, tmp_path):
    study, store = example / "study.yaml", tmp_path / "results"
    code, out, err = command_line("check", study, "--store", store)
    assert code == 0, err
    said = [line.strip() for line in out.splitlines()]
    # 200 SNPs of each of two chromosomes in both files, and 40 more of each in one of them.
    funnel = [line for line in said if " read -> " in line]
    assert [line.split(":")[0] for line in funnel] == ["large", "small"]
    assert all("480 read" in line and "not in the" in line for line in funnel)
    assert any(line.startswith("allele frequencies correlate at 0.") for line in said)
    assert "trait height" in said
    assert "trait asthma" in said
    assert "quantitative, column 'height'" in said
    assert "binary: 0 = control, 1 = case, column 'asthma'" in said
    assert "3 large dropped: not in the tables ('L0118', 'L0119', 'L0120')" in said
    assert said.count("covariates: sex, age") == 2
    assert out.count("would run: covariates_only, own_gblup, large_gblup, transfer_gblup") == 2
    assert f"run it: {shlex.join(['gtl', 'run', str(study), '--store', str(store)])}" in said
    assert "check: large cohort" in err


def test_what_check_made_is_not_made_again(example, command_line, tmp_path):
    study, store = example / "study.yaml", tmp_path / "results"
    assert command_line("check", study, "--store", store)[0] == 0
    made = {path: path.stat().st_mtime_ns for path in store.rglob("current.json")}
    assert {path.parent.name for path in made} >= {
        "large",
        "small",
        "genotypes",
        "people",
        "traits",
        "phenotype",
        "split",
    }
    assert command_line("check", study, "--store", store)[0] == 0
    assert made == {path: path.stat().st_mtime_ns for path in store.rglob("current.json")}


def test_another_trait_makes_nothing_of_the_others_anew(example, command_line, tmp_path):
    study, store = example / "study.yaml", tmp_path / "results"
    assert command_line("check", study, "--store", store, "--set", "traits.names=[height]")[0] == 0
    folder = store / "studies/example/phenotypes"
    made = {path: path.stat().st_mtime_ns for path in folder.rglob("current.json")}
    assert {path.parent.name for path in made} == {"phenotype", "split"}
    assert command_line("check", study, "--store", store, "--set", "traits.names=[asthma, height]")[0] == 0
    assert (folder / "asthma/split/current.json").exists()
    assert made == {path: path.stat().st_mtime_ns for path in made}


def test_the_sealed_people_stay_sealed_and_are_counted(example, tmp_path):
    config = load_study(example / "study.yaml", [f"store={tmp_path / 'results'}"])
    found = check_study(config, Store(config.store))
    for trait in found.traits:
        learning = (trait.split["population"] == "small").sum()
        lost = (trait.lost["population"] == "small").sum()
        assert learning + trait.sealed + lost == 57  # of 60, three are in no table


def test_methods_that_cannot_run_are_told(example, command_line, tmp_path):
    changes = ["--set", "traits.covariates=[]", "--set", "transfer.methods=[own_gblup,oracle,covariates_only]"]
    code, out, err = command_line("check", example / "study.yaml", "--store", tmp_path / "results", *changes)
    assert code == 0, err
    assert out.count("would run: own_gblup\n") == 2
    assert "would not run: oracle: the true causal SNPs and effects are known in simulations alone" in out
    assert "would not run: covariates_only: the study has no covariates" in out
    assert "covariates: none" in out


def test_a_simulated_study_is_checked_by_its_settings(command_line, tmp_path):
    code, out, _ = command_line("check", "--preset", "quick", "--store", tmp_path / "results")
    assert code == 0
    assert out.startswith("simulated study: settings are right")
    assert "methods" in out
    assert out.rstrip().endswith(f"run it: gtl run --preset quick --store {tmp_path / 'results'}")
    assert not (tmp_path / "results").exists()


def test_check_needs_one_study(command_line):
    code, _, err = command_line("check")
    assert code == 2
    assert "give either a study file or --preset" in err
