"""What single stages write, beyond what the end-to-end study shows."""

import json
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from gtl import stages
from gtl.config import preset, with_overrides
from gtl.domain.cohort import Cohort
from gtl.errors import InputError, LeakageError
from gtl.formats.oxford import read_gen
from gtl.schema import CAUSAL, LIABILITY, PHENOTYPE
from gtl.steps.cohort_files import CohortFiles
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.store import Store
from tests.prepared import SMALL_STUDY as SMALL
from tests.prepared import make_phenotype


def config_of(*changes):
    return with_overrides(preset("quick"), [*SMALL, *changes])


def cohorts_of(config, store):
    panel = stages.build_panel(config, store)
    return [stages.make_cohort(config, store, cohort.value, panel) for cohort in Cohort]


def phenotype_of(config, store):
    genotypes = stages.match_variants(config, store, *cohorts_of(config, store))
    people = stages.check_people(config, store, genotypes)
    return genotypes, make_phenotype(config, store, "YRI_3_1", genotypes, people)


@pytest.fixture
def store(tmp_path):
    return Store(str(tmp_path / "results"))


def test_gen_files_on_request_hold_the_same_genotypes(store):
    config = config_of("cohorts.write_gen=true")
    large = cohorts_of(config, store)[0]
    folder = store.read(large).folder
    read = read_gen(str(folder / "cohort.gen"), str(folder / "cohort.sample"), "21")
    written = CohortFiles.open(store, large).read("21", np.arange(len(read.variants)))
    np.testing.assert_array_equal(read.dosages, written.dosages)
    assert read.samples.tolist() == written.samples.tolist()


def test_disease_snps_make_cases_in_the_sample_file(store):
    plain = config_of()
    panel = stages.build_panel(plain, store)
    with store.read(panel).open("large.parquet") as file:
        from gtl.formats.genotype_parquet import read_haplotypes

        haplotypes = read_haplotypes(file)
    common = int(np.abs(haplotypes.alleles.mean(axis=1) - 0.5).argmin())
    position = int(haplotypes.variants.pos[common])
    snp = f"cohorts.disease_snps=[{{position: {position}, heterozygote_risk: 4, homozygote_risk: 16}}]"
    config = config_of(snp)
    large = stages.make_cohort(config, store, "large", panel)
    lines = store.read(large).read_bytes("cohort.sample").decode().splitlines()
    assert [line.split()[3] for line in lines[2:]] == ["0"] * 30 + ["1"] * 30


def test_the_final_cohort_is_sealed(store):
    config = config_of()
    genotypes, phenotype = phenotype_of(config, store)
    with pytest.raises(LeakageError, match="is sealed"):
        SharedGenotypes.open(store, genotypes).cohort(Cohort.FINAL)
    with pytest.raises(LeakageError, match=r"final\.parquet is sealed"):
        store.read(phenotype).read_table("final.parquet", PHENOTYPE)
    with pytest.raises(LeakageError, match=r"final_liability\.parquet is sealed"):
        store.read(phenotype).read_table("final_liability.parquet", LIABILITY)


def test_module_2_writes_what_the_paper_lists(store):
    config = config_of("phenotypes.write_23andme=true")
    genotypes, phenotype = phenotype_of(config, store)
    artifact = store.read(phenotype)
    assert {
        "large.parquet", "small.parquet", "final.parquet", "large.sample", "small.sample", "causal.parquet",
        "components.parquet", "snps.txt", "causal_snps.txt", "large_23andme.zip", "small_23andme.zip",
    } <= set(artifact.files)  # fmt: skip
    table, liability = (
        artifact.read_table("small.parquet", PHENOTYPE),
        artifact.read_table("small_liability.parquet", LIABILITY),
    )
    assert liability["sample"].tolist() == table["sample"].tolist()
    np.testing.assert_array_equal(table["value"], (liability["liability"] > 0).astype(float))
    assert len(artifact.read_table("causal.parquet", CAUSAL)) == 3
    with zipfile.ZipFile(artifact.folder / "small_23andme.zip") as people:
        assert len(people.namelist()) == config.cohorts.small
    shared = SharedGenotypes.open(store, genotypes).variants
    assert artifact.read_bytes("snps.txt").decode().split() == shared.rsid.tolist()


def test_liability_is_standard_in_the_small_cohort_alone(store):
    config = config_of()
    _, phenotype = phenotype_of(config, store)
    artifact = store.read(phenotype, unseal=True)
    liability = artifact.read_table("small_liability.parquet", LIABILITY)["liability"]
    assert liability.mean() == pytest.approx(0, abs=1e-12)
    assert liability.std(ddof=1) == pytest.approx(1)


def test_an_empty_intersection_of_snps_is_an_error(store, tmp_path):
    for name, rsid, position in (("large", "rs1", 100), ("small", "rs2", 900)):
        (tmp_path / f"{name}.legend").write_text(f"id position a0 a1\n{rsid} {position} A C\n")
        (tmp_path / f"{name}.hap").write_text("0 1 0 1\n")
    (tmp_path / "map.txt").write_text("pos chr cM\n1 21 0\n1000 21 0.1\n")
    config = config_of(
        "panel.source=oxford",
        *(f"panel.hap_{name}={tmp_path / name}.hap" for name in ("large", "small")),
        f"panel.legend={tmp_path}/large.legend",
        f"panel.legend_small={tmp_path}/small.legend",
        f"panel.genetic_map={tmp_path}/map.txt",
    )
    cohorts = cohorts_of(config, store)
    with pytest.raises(InputError, match="rs1"):
        stages.match_variants(config, store, *cohorts)
    assert store.find("studies/quick/genotypes") is None


def test_a_changed_input_file_makes_the_panel_anew(store, tmp_path):
    (tmp_path / "l.legend").write_text("id position a0 a1\nrs1 100 A C\n")
    (tmp_path / "h.hap").write_text("0 1 0 1\n")
    (tmp_path / "map.txt").write_text("pos chr cM\n1 21 0\n1000 21 0.1\n")
    config = config_of(
        "panel.source=oxford", f"panel.hap_large={tmp_path}/h.hap", f"panel.hap_small={tmp_path}/h.hap",
        f"panel.legend={tmp_path}/l.legend", f"panel.genetic_map={tmp_path}/map.txt",
    )  # fmt: skip
    first = stages.build_panel(config, store)
    assert stages.build_panel(config, store) == first
    (tmp_path / "h.hap").write_text("1 1 0 1\n")
    assert stages.build_panel(config, store) != first


AGAIN = """
import json, sys
from gtl import stages
from gtl.config import StudyConfig
from gtl.store import Store
config, store = StudyConfig.model_validate_json(sys.argv[1]), Store(sys.argv[2])
panel = stages.build_panel(config, store)
people = [stages.make_cohort(config, store, cohort, panel) for cohort in ("large", "small", "final")]
genotypes = stages.match_variants(config, store, *people)
print(json.dumps([genotypes.to_json(), sorted(sys.modules)]))
"""


def test_a_finished_stage_loads_no_heavy_library(store):
    """In a process of its own: an import that another test made would hide one here."""
    config = config_of()
    made = stages.match_variants(config, store, *cohorts_of(config, store))
    command = [sys.executable, "-c", AGAIN, config.model_dump_json(), str(store.root)]
    again, loaded = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert again == made.to_json()
    assert {"gtl.steps", "gtl.stages"} <= set(loaded)
    heavy = {"tensorflow", "keras", "sklearn", "pandas", "scipy", "numpy", "matplotlib", "pyarrow", "msprime"}
    assert heavy.isdisjoint(loaded)
