import pytest
import yaml

from gtl.config import StudyConfig, flatten, load_study, with_overrides
from gtl.config.answers import study_of_answers
from gtl.config.study import SOURCES_METHODS
from gtl.errors import InputError

GWAS = {"statistics": "g.tsv", "reference": {"genotypes": "r.bed", "tables": ["r.txt"]}}


def written(folder, **settings):
    path = folder / "study.yaml"
    tree = {"source": "files", "files": {"small": {"genotypes": "s.bed"}}, "sources": {"EUR": GWAS}} | settings
    path.write_text(yaml.safe_dump(tree, sort_keys=False))
    return path


def test_the_first_gwas_is_the_large_population_and_its_reference_the_large_cohort(tmp_path):
    config = load_study(written(tmp_path, sources={"PGS1": {"score": "p.txt"}, "EUR": GWAS, "AFR": GWAS}))
    assert config.populations.large == "EUR"
    assert config.files.large.genotypes == str(tmp_path / "r.bed")
    assert not config.has_large_people
    assert config.recommended == "combined_score"
    assert config.transfer.methods == SOURCES_METHODS


def test_the_large_population_stays_the_same_whatever_becomes_of_the_order(tmp_path):
    config = load_study(written(tmp_path, sources={"EUR": GWAS, "AFR": GWAS}))
    tree = config.model_dump(mode="json")
    tree["sources"] = dict(sorted(tree["sources"].items()))
    again = StudyConfig.model_validate(tree)
    assert again.populations.large == "EUR"
    assert [*again.in_order] == [*config.in_order] == ["EUR", "AFR"]


def test_the_small_population_s_own_gwas_is_not_the_large_population(tmp_path):
    path = written(tmp_path, sources={"AFR": GWAS, "EUR": GWAS}, populations={"small": "AFR"})
    assert load_study(path).populations.large == "EUR"


def test_paths_are_relative_to_the_study_file(tmp_path):
    by_trait = {"statistics": {"height": "h.tsv", "bmi": "b_{chrom}.tsv"}, "reference": {"genotypes": "r_{chrom}.bed"}}
    config = load_study(written(tmp_path, sources={"EUR": by_trait, "PGS1": {"score": "p.txt"}}))
    eur = config.sources["EUR"]
    assert eur.file_of("height") == str(tmp_path / "h.tsv")
    assert eur.file_of("bmi") == str(tmp_path / "b_{chrom}.tsv")
    assert eur.file_of("weight") is None
    assert eur.reference.genotypes == str(tmp_path / "r_{chrom}.bed")
    assert config.sources["PGS1"].file_of("anything") == str(tmp_path / "p.txt")


def test_settings_survive_the_form_and_overrides(tmp_path):
    config = load_study(written(tmp_path))
    assert study_of_answers(flatten(config)) == config
    assert with_overrides(config, ["seed=5"]).sources == config.sources


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({}, "a source has either statistics or a score"),
        ({"score": "p.txt", "columns": {"beta": "b"}}, "columns: of a score only weight can be named, not beta"),
        (
            {"statistics": "g.tsv", "score": "p.txt", "reference": {"genotypes": "r.bed"}},
            "either statistics or a score",
        ),
        ({"statistics": "g.tsv"}, "statistics need people to take linkage disequilibrium from"),
        ({"score": "p.txt", "reference_groups": "t.tsv:pop"}, "a score has none: leave them out"),
        (GWAS | {"reference_groups": "t.tsv"}, "sources.EUR.reference_groups"),
        ({"statistics": "g.tsv", "referense": {}}, "unknown field sources.EUR.referense"),
    ],
)
def test_what_a_source_lacks_is_said(tmp_path, source, message):
    with pytest.raises(InputError, match=message):
        load_study(written(tmp_path, sources={"EUR": source}))


def test_people_and_sources_of_the_large_population_are_one_too_many(tmp_path):
    files = {"large": {"genotypes": "l.bed"}, "small": {"genotypes": "s.bed"}}
    for source in (GWAS, {"score": "p.txt"}):
        with pytest.raises(InputError, match=r"files\.large is not the reference of sources"):
            load_study(written(tmp_path, files=files, sources={"EUR": source}))
    changed = ["sources.EUR.reference.genotypes=other.bed"]
    with pytest.raises(InputError, match=r"leave files\.large out"):
        with_overrides(load_study(written(tmp_path)), changed)  # it would go on with the old reference


def test_sources_are_for_real_people():
    with pytest.raises(ValueError, match="sources are for a study of real people"):
        StudyConfig(sources={"EUR": GWAS})
