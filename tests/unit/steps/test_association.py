"""One pass over a chromosome for all traits and draws: each trait's table is its own, and is made once."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from gtl import stages
from gtl.association import associate, scan
from gtl.domain.cohort import Population
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.errors import InputError
from gtl.formats.genotype_parquet import write_genotypes
from gtl.schema import ASSOCIATION, COHORT_PEOPLE, SHARED, SPLIT, to_arrow
from gtl.stage_keys import Branch
from gtl.steps.association_parts import own_parts
from gtl.steps.preparation import read_split
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.steps.traits import read_trait
from gtl.store import Store
from tests.traced_memory import peak_of


def splits_of(real, config, codes, repeats=1):
    people = stages.check_people(config, real.store, real.refs["genotypes"])
    return [
        stages.split_samples(
            config, real.store, code, real.trait(config, code, people=people, repeat=repeat), people, repeat
        )
        for code in codes
        for repeat in range(1, repeats + 1)
    ]


def passed(real, config, splits, population="small", chromosome="2", **options):
    return stages.associate(config, real.store, chromosome, population, real.refs["genotypes"], splits, **options)


@pytest.fixture(scope="module")
def both(real):
    """A pass over chromosome 2 for both traits and two draws of the roles."""
    config = real.changed("both", "roles.repeats=2")
    splits = splits_of(real, config, ["height", "asthma"], repeats=2)
    return SimpleNamespace(config=config, splits=splits, made=passed(real, config, splits))


@pytest.mark.parametrize(("code", "repeat"), [("height", 1), ("height", 2), ("asthma", 1), ("asthma", 2)])
def test_each_trait_is_tested_as_by_itself(real, both, code, repeat):
    ref = own_parts(both.config, real.store, {"2": both.made}, Branch(code, repeat), "small")["2"]
    artifact = real.store.read(ref)
    assert artifact.files == (["cohort.parquet", "training.parquet"] if repeat == 1 else ["training.parquet"])
    [split] = [split for split in both.splits if Branch.of(split.key) == Branch(code, repeat)]
    parts = real.store.read(split)
    people, kind = read_split(parts, Population.SMALL), read_trait(parts).kind
    shared = SharedGenotypes.open(real.store, real.refs["genotypes"])
    for name in artifact.files:
        table = people if name == "cohort.parquet" else people[people["part"] == "train"]
        genotypes = shared.people(Population.SMALL, table["sample"].to_numpy(dtype=object), shared.places["2"])
        alone = scan([genotypes], table["value"].to_numpy(), kind, np.stack(table["covariates"].tolist()))
        stored = to_arrow(alone, ASSOCIATION).to_pandas()
        # Sums over people in another order differ in their last digits.
        pd.testing.assert_frame_equal(artifact.read_table(name, ASSOCIATION), stored, rtol=1e-10, atol=1e-13)


def test_a_trait_that_is_added_is_all_that_is_computed(real):
    config = real.changed("added")
    splits = splits_of(real, config, ["height", "asthma"])
    first = passed(real, config, splits[:1])
    height = own_parts(config, real.store, {"2": first}, Branch("height"), "small")["2"]
    times = real.store.times(height)
    second = passed(real, config, splits[::-1])
    assert second != first
    assert own_parts(config, real.store, {"2": second}, Branch("height"), "small")["2"] == height
    assert real.store.times(height) == times
    assert passed(real, config, splits) == second  # in whatever order the traits come


def test_a_pass_that_is_killed_loses_nothing_finished_and_leaves_nothing_half(real):
    config = real.changed("killed", "engines.association=plink", "traits.covariates=[]")
    splits = splits_of(real, config, ["asthma"])
    keys = [f"studies/killed/phenotypes/asthma/association_{name}/chr2" for name in ("large", "small")]

    def killed(genotypes, case, test):
        raise KeyboardInterrupt

    passed(real, config, splits, "large", engine=associate)
    with pytest.raises(KeyboardInterrupt):
        passed(real, config, splits, engine=killed)
    assert [real.store.find(key) is not None for key in keys] == [True, False]
    finished = passed(real, config, splits, engine=associate)
    # Finished: nothing is computed.
    assert passed(real, config, splits, engine=killed) == finished


def test_an_engine_tests_case_status_only(real):
    config = real.changed("engine", "engines.association=plink")
    with pytest.raises(InputError, match="case/control status, and height is quantitative; choose builtin"):
        passed(real, config, splits_of(real, config, ["height"]), engine=associate)


def test_the_large_population_is_tested_once_for_all_draws(real, both):
    made = passed(real, both.config, both.splits, "large")
    assert sorted(real.store.read(made).read_json("parts.json")) == [
        f"studies/both/phenotypes/{code}/association_large/chr2" for code in ("asthma", "height")
    ]


N_PEOPLE, COPIES = 2000, 2
"""People of a made-up study, and traits of each kind."""


def made_up(store, n_variants):
    """Shared genotypes of one chromosome, and splits of several traits, binary and quantitative."""
    rng = np.random.default_rng(1)
    people = np.array([f"p{number}" for number in range(N_PEOPLE)], dtype=object)
    rsid = np.array([f"rs{number}" for number in range(n_variants)], dtype=object)
    same = {
        name: np.full(n_variants, text, dtype=object) for name, text in (("chrom", "1"), ("ref", "A"), ("alt", "G"))
    }
    variants = Variants(pos=np.arange(1, n_variants + 1), rsid=rsid, **same)
    block = rng.binomial(2, 0.3, (1000, N_PEOPLE)).astype(np.int8)
    matrix = GenotypeMatrix(variants, people, np.tile(block, (n_variants // 1000, 1)))

    def genotypes(out):
        with out.file("genotypes.parquet") as path:
            write_genotypes(matrix, path)

    part = store.run(f"part{n_variants}", genotypes, params={})

    def cohort(out):
        zero = np.zeros(N_PEOPLE, dtype=int)
        frame = pd.DataFrame({"sample": people, "family": "0", "sex": np.int8(0), "called": zero, "het": zero})
        out.write_table("people.parquet", frame.assign(variants=n_variants), COHORT_PEOPLE)
        out.write_json("chromosomes.json", [("1", part.to_json())])

    cohorts = {name: store.run(f"{name}{n_variants}", cohort, params={}).to_json() for name in ("large", "small")}

    def shared(out):
        row, no = np.arange(n_variants, dtype=np.int32), np.zeros(n_variants, dtype=bool)
        rows = dict.fromkeys(("large_row", "small_row", "final_row"), row)
        frame = pd.DataFrame({name: getattr(variants, name) for name in ("chrom", "pos", "rsid", "ref", "alt")} | rows)
        out.write_table("shared.parquet", frame.assign(small_flip=no, final_flip=no, kept=~no), SHARED)
        out.write_json("cohorts.json", cohorts)
        out.write_json("chromosomes.json", ["1"])

    def split(kind, number):
        def write(out):
            values = rng.normal(size=N_PEOPLE)
            frame = pd.DataFrame({"population": "small", "sample": people, "part": "train", "value": values})
            frame["value"] = values if kind == "quantitative" else (values > 0).astype(float)
            frame["covariates"] = list(np.array(covariates))
            out.write_table("split.parquet", frame, SPLIT)
            out.write_json("trait.json", {"slug": f"{kind}{number}", "kind": kind})
            out.write_json("covariates.json", ["age", "sex"])

        return store.run(f"studies/transfer/phenotypes/{kind}{number}/split", write, params={})

    covariates = np.random.default_rng(2).normal(size=(N_PEOPLE, 2))
    splits = [split(kind, number) for kind in ("binary", "quantitative") for number in range(COPIES)]
    return store.run(f"shared{n_variants}", shared, params={}), splits


def test_memory_is_bounded_by_a_block_of_variants_for_several_traits(tmp_path, real, monkeypatch):
    """Ten times the variants: only their names take more, some hundred bytes each, where genotypes would take 2,000."""
    config, store = real.changed("transfer"), Store(str(tmp_path))
    blocks = SharedGenotypes.blocks
    monkeypatch.setattr(
        SharedGenotypes, "blocks", lambda *args, **options: blocks(*args, **options | {"most_bytes": 1_000_000})
    )

    def peak(n_variants):
        shared, splits = made_up(store, n_variants)
        return peak_of(lambda: stages.associate(config, store, "1", "small", shared, splits))

    peak(1000)  # what is loaded once
    few, many = peak(2000), peak(20_000)
    assert many - few < 400 * 18_000
