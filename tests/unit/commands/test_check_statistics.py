"""A study of real height statistics (UK Biobank) beside real people (1000 Genomes), as they are and made wrong."""

import re

import numpy as np
import pytest
import yaml

from benchmarks.height_study import AFRICANS, WRONG, not_said, study, write_files
from gtl.config import load_study
from gtl.config.study import SOURCES_METHODS
from gtl.schema import RESULTS, SOURCE_WEIGHTS
from gtl.steps.sources import trait_ref
from gtl.store import Store
from gtl.study_run import run_study

STRETCH = 30_000_000, 32_000_000
"""Of chromosome 22, all that the reference has: it takes seconds, and has blocks of LD inside."""

NOT_RUN = {"covariates_only", "published_score", "joint_score"}
"""No covariates, no score, one source."""

FAMILIES = ["clumped", "infinitesimal", "spike_slab"]


@pytest.fixture(scope="module")
def folder(shared, tmp_path_factory):
    """European people by halves, as reference and small population; their GWAS, and what is wrong on purpose."""
    folder = tmp_path_factory.mktemp("height")
    write_files(shared / "data", folder, STRETCH)
    return folder


def study_of(folder, **source):
    """The study's file; all have one name, so that people and LD are made once."""
    common = {"name": "height", "association": {"plots": False}, "store": str(folder / "results")}
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump(common | study(folder, **source)))
    return path


def test_every_check_of_a_study_has_its_known_answer(folder, command_line):
    code, out, err = command_line("check", study_of(folder))
    assert code == 0, err
    [line] = [line.strip() for line in out.splitlines() if "checks without remark" in line]
    assert re.search(r"variants in the reference \((\d+) of 15,935 \(\1 in the reference", line)
    assert re.search(r"genome build \((\d+) of \1 common ids lie at the same position", line)
    assert re.search(r"frequencies against the reference \(r 0\.99\d over", line)  # .997 with twice the people
    assert "|effect| / SE over Z of p (1.000 (median))" in line
    assert re.search(r"sd by SE against sd by frequency \(r (0\.99999|1\.00000)", line)
    assert "sd of the trait by SE, N and frequency (0.69" in line
    assert re.search(r"Z against LD of the reference \(slope (0\.[89]|1\.[01])\d over [\d,]+ variants, \d% of", line)
    assert [line.split(":")[0].strip() for line in out.splitlines() if "look at" in line] == ["look at lambda GC"]
    assert set(re.findall(r"would not run: (\w+)", out)) == NOT_RUN


def test_every_effect_and_every_method_s_score_is_finite(folder):
    config = load_study(study_of(folder))
    store = Store(config.store)
    results = store.read(run_study(config, store, jobs=1).results)
    trait = store.read(trait_ref(store, store.find("studies/height/sources"), "height"))
    assert [own["family"] for own in trait.read_json("columns.json")] == FAMILIES
    weights = np.array(trait.read_table("weights.parquet", SOURCE_WEIGHTS)["weights"].tolist())
    assert np.isfinite(weights).all()
    assert (weights != 0).any(axis=0).all()
    table = results.read_table("results.parquet", RESULTS).query("split == 'final' and metric == 'correlation'")
    assert {row["method"] for row in results.read_json("not_run.json")} == NOT_RUN
    assert {*table["method"]} == {*SOURCES_METHODS} - NOT_RUN
    assert np.isfinite(table["value"]).all()


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_on_purpose_is_named_and_stops_where_results_would_be_wrong(name, folder, command_line):
    wrong = WRONG[name]
    code, out, err = command_line("check", study_of(folder, **wrong.source))
    assert [*not_said(wrong, code, out + err)] == []
    if wrong.stops:
        assert "sources.EUR: " in err
        assert "results would be wrong" in " ".join(err.split())


def test_another_build_is_lifted_back_by_a_chain_file(folder, command_line):
    code, out, err = command_line("check", study_of(folder, statistics="build38.txt", chain="back.chain.gz"))
    assert code == 0, err
    assert "frequencies against the reference (r 0.99" in out


def test_the_ancestry_of_the_gwas_is_said_and_whether_the_reference_s_people_are_of_it(folder, command_line):
    code, out, err = command_line("check", study_of(folder, reference=AFRICANS, reference_groups="groups.tsv:group"))
    assert code == 0, err
    assert re.search(r"look at ancestry of the statistics: EUR 9\d\.\d% .*take .*% EUR.* for LD", out)


def test_groups_that_are_not_there_are_said_by_the_study_s_setting(folder, command_line):
    code, _, err = command_line("check", study_of(folder, reference_groups="groups.tsv:grup"))
    assert code == 2
    assert re.search(r"sources.EUR: .*groups.tsv: no column 'grup'; did you mean 'group'", " ".join(err.split()))
    code, _, err = command_line("check", study_of(folder, reference_groups="none.tsv:group"))
    assert "sources.EUR.reference_groups: " in err
