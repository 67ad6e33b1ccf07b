"""Statistics and published scores in place of the large population's people, on the tiny study of real people."""

import numpy as np
import pandas as pd
import pytest
import yaml

from gtl import stages
from gtl.association.as_statistics import statistics_of
from gtl.association.scan import scan
from gtl.config import load_study
from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.flow import Per, stages_per
from gtl.formats.summary_statistics.writer import StudyParticulars, write_gwas_ssf
from gtl.schema import ASSOCIATION, RESULTS, SOURCE_STATISTICS, SOURCE_WEIGHTS, SUBSETS
from gtl.stage_run import run_stage
from gtl.steps.references import chromosome_ld
from gtl.steps.source_traits import statistics_file
from gtl.steps.sources import said_of_sources, trait_ref
from gtl.store import ArtifactRef, Store
from gtl.study_run import run_study
from tests.real_cohorts import made_people, write_study

METHODS = ["own_gblup", "snp_transfer", "polygenic_score", "joint_score", "combined_score", "transfer_gblup"]


def association(people, rows=slice(None)):
    """Of height with every variant, beside age and sex: table ASSOCIATION."""
    table = people.table.iloc[rows]
    covariates = table[["age", "sex"]].to_numpy(dtype=np.float64)
    genotypes = people.genotypes.take_samples(np.arange(people.genotypes.n_samples)[rows])
    return scan([genotypes], table["height"].to_numpy(), TraitKind.QUANTITATIVE, covariates)


def write_statistics(path, table, n=60):
    parts = (statistics_of(own) for _, own in table.groupby("chrom", sort=False))
    write_gwas_ssf(path, parts, StudyParticulars("height", n))
    return path.name


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The tiny study's files; statistics of its large people, of half of them, and of them with alleles swapped."""
    folder = tmp_path_factory.mktemp("sources")
    write_study(folder)
    large = made_people()["large"]
    table = association(large)
    write_statistics(folder / "all.tsv.gz", table)
    write_statistics(folder / "half.tsv.gz", association(large, slice(0, 30)), 30)
    swapped = table.assign(frequency=1 - table["frequency"])
    write_statistics(folder / "swapped.tsv.gz", swapped)
    rows = ["#format_version=2.0", "rsID\teffect_allele\tother_allele\teffect_weight"]
    score = "\n".join([*rows, "rs0\tG\tA\t0.5", "rs40\tA\tG\t0.25", "rs5\tG\tC\t1", "rs9999\tG\tA\t1"])
    (folder / "score.txt").write_text(score + "\n")
    return folder


def study_of(folder, name, sources, **settings):
    tree = yaml.safe_load((folder / "study.yaml").read_text())
    del tree["files"]["large"], tree["populations"]["large"]
    tree |= {"name": name, "sources": sources, **settings}
    tree["traits"]["names"] = ["height"]
    tree["transfer"]["methods"] = METHODS
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(tree))
    return load_study(path), Store(str(folder / "results"))


def people_of(config, store):
    outputs = {}
    for stage in [*stages_per(Per.STUDY), *stages_per(Per.COHORTS)]:
        outputs[stage.name] = run_stage(stage, config, store, outputs)
    return outputs


REFERENCE = {"genotypes": "large.bed"}
TWO = {
    "CEU": {"statistics": "all.tsv.gz", "reference": REFERENCE},
    "YRI": {"statistics": {"height": "half.tsv.gz"}, "reference": {"genotypes": "small.bed"}},
}


@pytest.fixture(scope="module")
def two(folder):
    config, store = study_of(folder, "two", TWO)
    return config, store, people_of(config, store)


def trait_of(two):
    _, store, outputs = two
    return store.read(trait_ref(store, store.find(outputs["sources"].key), "height"))


def linkage(two):
    """Source and chromosome → its LD, of all that lies in the store."""
    _, store, _ = two
    by_hash = {ref.sha256: ref for ref in (store.find(f"linkage/{key}") for key in store.keys("linkage"))}
    inputs = trait_of(two).manifest.inputs
    return {name: by_hash[sha256] for name, sha256 in inputs.items() if sha256 in by_hash}


def test_statistics_are_those_of_the_file_for_the_counted_alleles(two, folder):
    found = trait_of(two).read_table(statistics_file("CEU"), SOURCE_STATISTICS)
    tested = association(made_people()["large"]).set_index("rsid").loc[found["rsid"]]
    np.testing.assert_allclose(found["beta"], tested["beta"], rtol=1e-6)
    np.testing.assert_allclose(found["frequency"], tested["frequency"], rtol=1e-6)


def test_ld_is_the_correlation_of_the_reference_s_dosages_also_where_its_files_count_the_other_allele(two):
    _, store, _ = two
    with chromosome_ld(store.read(linkage(two)["YRI chr1"])) as ld:
        matrix = ld.matrix(0)
    names = trait_of(two).read_table(statistics_file("CEU"), SOURCE_STATISTICS)["rsid"][: len(matrix)]
    dosages = made_people()["small"].genotypes.dosages[names.str.removeprefix("rs").astype(int)]
    pairs = np.triu_indices(len(matrix), 1)
    # Shrunk all alike, as 40 people say little; of the same sign everywhere.
    expected, found = np.corrcoef(dosages)[pairs], matrix[pairs]
    assert np.corrcoef(expected, found)[0, 1] > 0.9999
    assert 0 < np.polyfit(expected, found, 1)[0] < 1


def test_weights_have_a_column_for_each_source_and_family_and_one_for_all_together(two):
    artifact = trait_of(two)
    columns = [(own["source"], own["family"]) for own in artifact.read_json("columns.json")]
    families = ["clumped", "infinitesimal", "spike_slab"]
    assert columns == [*(("CEU", name) for name in families), *(("YRI", name) for name in families), ("", "joint")]
    weights = np.array(artifact.read_table("weights.parquet", SOURCE_WEIGHTS)["weights"].tolist())
    assert weights.shape[1] == 7
    assert np.isfinite(weights).all()
    assert (weights != 0).any(axis=0).all()


def test_what_was_read_is_said_for_each_source(two):
    _, store, outputs = two
    said = said_of_sources(store, outputs["sources"])["height"]
    assert [*said] == ["CEU", "YRI"]
    assert said["CEU"][0].startswith("statistics (GWAS-SSF) of 59 people: 800 rows, 800 usable")


def test_the_whole_study_runs_and_says_which_methods_need_people(folder, two):
    config, store, _ = two
    made = run_study(config, store, jobs=1)
    results = store.read(made.results)
    table = results.read_table("results.parquet", RESULTS)
    assert {*table.loc[table["split"] == "final", "method"]} == {*METHODS} - {"transfer_gblup"}
    (reason,) = [row["reason"] for row in results.read_json("not_run.json")]
    assert (
        reason == "it learns from the large population's people, and the study has statistics or scores in their place"
    )
    assert config.recommended == "combined_score"
    part = store.read(store.find("studies/two/phenotypes/height/association_large/chr1"))
    table = part.read_table("training.parquet", ASSOCIATION)
    tested = association(made_people()["large"]).set_index("rsid").loc[table["rsid"]]
    np.testing.assert_allclose(table["p_value"], tested["p_value"], rtol=1e-6)
    report = store.read(made.report).read_bytes("report.html").decode()
    assert "In place of people of CEU the study has these sources" in report


def test_a_second_run_computes_nothing(two):
    config, store, outputs = two
    assert people_of(config, store) == outputs


def test_another_trait_leaves_ld_and_the_first_trait_as_they_are(folder, two):
    _, store, outputs = two
    shared = {"statistics": "all.tsv.gz", "reference": REFERENCE}
    config, _ = study_of(folder, "two", TWO | {"CEU": shared})
    config = config.model_copy(update={"traits": config.traits.model_copy(update={"names": ("height", "asthma")})})
    before = store.files("linkage")
    made = stages.read_sources(
        config, store, outputs["genotypes"], stages.list_traits(config, store, outputs["genotypes"])
    )
    assert store.files("linkage") == before
    # asthma has statistics of CEU alone, so nothing of several populations
    columns = store.read(trait_ref(store, made, "asthma")).read_json("columns.json")
    assert {own["source"] for own in columns} == {"CEU"}


def test_another_study_of_the_same_reference_finds_its_ld_finished(folder, two):
    _, store, _ = two
    before = store.files("linkage")
    assert {*linkage(two)} == {f"{name} chr{chrom}" for name in ("CEU", "YRI") for chrom in "12"}
    times = {ref: store.times(ref) for ref in linkage(two).values()}
    config, _ = study_of(folder, "second", TWO, seed=8)
    second = config, store, people_of(config, store)
    assert linkage(second) == linkage(two)
    assert store.files("linkage") == before
    assert {ref: store.times(ref) for ref in times} == times


def test_other_people_in_the_reference_have_other_ld(folder, two):
    fewer = {"genotypes": "large.bed", "tables": ["large.tsv"], "where": "set=train,seal"}
    config, store = study_of(folder, "fewer", {"CEU": {"statistics": "all.tsv.gz", "reference": fewer}})
    found = config, store, people_of(config, store)
    assert not {*linkage(found).values()} & {*linkage(two).values()}


def test_a_second_reference_may_lack_a_chromosome(folder):
    reference = {"genotypes": "one.bed"}
    for suffix in (".bed", ".bim", ".fam"):
        (folder / f"one{suffix}").write_bytes((folder / f"small{suffix}").read_bytes())
    lines = (folder / "one.bim").read_text().splitlines()
    half = len(lines) // 2
    (folder / "one.bim").write_text("\n".join(lines[:half]) + "\n")
    data = (folder / "small.bed").read_bytes()
    (folder / "one.bed").write_bytes(data[: 3 + (len(data) - 3) // 2])
    two = TWO | {"YRI": {"statistics": "half.tsv.gz", "reference": reference}}
    config, store = study_of(folder, "lacks", two)
    artifact = trait_of((config, store, people_of(config, store)))
    weights = np.array(artifact.read_table("weights.parquet", SOURCE_WEIGHTS)["weights"].tolist())
    assert np.isfinite(weights).all()


def test_a_published_score_alone_is_a_study_and_every_row_is_accounted_for(folder):
    config, store = study_of(folder, "published", {"PGS1": {"score": "score.txt"}})
    outputs = people_of(config, store)
    artifact = store.read(trait_ref(store, outputs["sources"], "height"))
    table = artifact.read_table("weights.parquet", SOURCE_WEIGHTS)
    weights = dict(zip(table["rsid"], (row[0] for row in table["weights"]), strict=True))
    # the small population's files are the study's now: rs0 and rs40 count what they count
    counted = dict(zip(table["rsid"], table["alt"], strict=True))
    assert weights["rs0"] == (0.5 if counted["rs0"] == "G" else -0.5)
    assert weights["rs40"] == (0.25 if counted["rs40"] == "A" else -0.25)
    assert sum(weight != 0 for weight in weights.values()) == 2
    (line,) = said_of_sources(store, outputs["sources"])["height"]["PGS1"]
    assert "4 rows" in line
    assert "2 used (1 the alleles are others than expected, 1 not in the file)" in line
    made = run_study(config, store, jobs=1)
    results = store.read(made.results)
    reasons = {row["method"]: row["reason"] for row in results.read_json("not_run.json")}
    assert reasons["snp_transfer"] == "no source of this study has statistics of the trait"
    assert reasons["joint_score"].startswith("it joins the statistics of two populations or more")
    final = results.read_table("results.parquet", RESULTS).query("split == 'final'")
    assert {*final["method"]} == {"own_gblup", "combined_score"}
    empty = store.read(store.find("studies/published/phenotypes/height/subsets_large"))
    assert len(empty.read_table("subsets.parquet", SUBSETS)) == 0


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"statistics": "swapped.tsv.gz", "reference": REFERENCE}, "sources.CEU: .*swapped.tsv.gz: results would be"),
        ({"statistics": {"weight": "all.tsv.gz"}, "reference": REFERENCE}, "none has a file for the trait 'height'"),
    ],
)
def test_statistics_that_would_make_results_wrong_stop_before_any_model(folder, source, message):
    config, store = study_of(folder, "wrong", {"CEU": source})
    with pytest.raises(InputError, match=message):
        people_of(config, store)


def test_log_odds_of_a_measurement_are_asked_about(folder):
    table = pd.read_csv(folder / "all.tsv.gz", sep="\t").assign(odds_ratio=lambda own: np.exp(own["beta"] / 10))
    table["standard_error"] /= 10
    table.drop(columns="beta").to_csv(folder / "odds.tsv", sep="\t", index=False)
    config, store = study_of(folder, "odds", {"CEU": {"statistics": "odds.tsv", "reference": REFERENCE}})
    with pytest.raises(InputError, match="log odds of a disease, and the trait 'height' is a measurement"):
        run_study(config, store, jobs=1)


def test_statistics_of_an_unknown_number_of_people_ask_for_it(folder):
    table = pd.read_csv(folder / "all.tsv.gz", sep="\t")
    table.drop(columns="n").to_csv(folder / "no_n.tsv", sep="\t", index=False)
    config, store = study_of(folder, "no-n", {"CEU": {"statistics": "no_n.tsv", "reference": REFERENCE}})
    with pytest.raises(InputError, match="does not say of how many people it is; give sources"):
        people_of(config, store)
    source = {"statistics": "no_n.tsv", "reference": REFERENCE, "n": 59}
    config, store = study_of(folder, "with-n", {"CEU": source})
    assert isinstance(people_of(config, store)["sources"], ArtifactRef)


@pytest.mark.parametrize(
    ("change", "source", "message"),
    [
        (
            {"beta": "what"},
            {},
            r"sources\.CEU: .*no column of effects.* as in sources\.CEU\.columns: \{beta: NAME\}$",
        ),
        ({}, {"columns": {"betta": "beta"}}, r"sources\.CEU\.columns: \{betta: beta\}: no such meaning; did you mean"),
        ({}, {"cases": 5}, r"give sources\.CEU\.cases and sources\.CEU\.controls together, or sources\.CEU\.n alone"),
        (
            {"beta": "z_score", "standard_error": "what", "n": "much"},
            {},
            r"how many people they are of; give sources\.CEU\.n, or sources\.CEU\.cases and sources\.CEU\.controls",
        ),
    ],
)
def test_advice_names_the_settings_of_the_study(folder, change, source, message):
    table = pd.read_csv(folder / "all.tsv.gz", sep="\t").rename(columns=change)
    table.to_csv(folder / "renamed.tsv", sep="\t", index=False)
    own = {"statistics": "renamed.tsv", "reference": REFERENCE} | source
    config, store = study_of(folder, "wrong", {"CEU": own})
    with pytest.raises(InputError, match=message):
        people_of(config, store)


def test_one_gwas_in_two_sources_is_refused(folder):
    (folder / "copy.tsv.gz").write_bytes((folder / "all.tsv.gz").read_bytes())
    own = {
        name: {"statistics": f"{file}.tsv.gz", "reference": REFERENCE} for name, file in (("CEU", "all"), ("X", "copy"))
    }
    config, store = study_of(folder, "twice", own)
    with pytest.raises(InputError, match=r"sources\.X: .*copy.tsv.gz has the effects of sources\.CEU, .*name it once"):
        people_of(config, store)


def test_the_weights_of_a_score_with_several_columns_of_them_are_named(folder):
    rows = [line.split("\t") for line in (folder / "score.txt").read_text().splitlines()[1:]]
    lines = [
        "\t".join([*row[:3], "EUR" if row is rows[0] else "7", "AFR" if row is rows[0] else row[3]]) for row in rows
    ]
    (folder / "two.txt").write_text("\n".join(lines) + "\n")
    config, store = study_of(folder, "several", {"PGS1": {"score": "two.txt"}})
    with pytest.raises(InputError, match=r"sources\.PGS1: .*which with sources\.PGS1\.columns: \{weight: NAME\};"):
        people_of(config, store)
    config, store = study_of(folder, "named", {"PGS1": {"score": "two.txt", "columns": {"weight": "AFR"}}})
    artifact = store.read(trait_ref(store, people_of(config, store)["sources"], "height"))
    weights = artifact.read_table("weights.parquet", SOURCE_WEIGHTS)["weights"]
    assert sorted(abs(row[0]) for row in weights if row[0]) == [0.25, 0.5]
