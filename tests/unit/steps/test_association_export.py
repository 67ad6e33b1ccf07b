"""A study's own associations, exported as GWAS-SSF and read back by our own reader."""

import gzip
import hashlib
import re

import numpy as np
import pytest
import yaml
from typer.testing import CliRunner

from gtl import stages
from gtl.__main__ import app
from gtl.association.as_statistics import statistics_of
from gtl.errors import InputError
from gtl.prepare.summary_statistics import read_statistics
from gtl.schema import ASSOCIATION
from gtl.stage_keys import Branch
from gtl.steps.association_export import export_associations, stored_associations
from gtl.steps.association_parts import chromosomes_of, own_parts

COLUMNS = [
    *("chromosome", "base_pair_location", "effect_allele", "other_allele", "beta", "standard_error"),
    *("effect_allele_frequency", "p_value", "variant_id", "rsid", "n"),
]
NAME = "exported"


@pytest.fixture(scope="module")
def tables(real):
    """Trait → its table in the small population, of a study whose associations are finished for two draws of roles."""
    config = real.changed(NAME, "roles.repeats=2")
    genotypes = real.refs["genotypes"]
    people = stages.check_people(config, real.store, genotypes)
    codes = ["asthma", "height"]
    splits = [
        stages.split_samples(
            config, real.store, code, real.trait(config, code, people=people, repeat=draw), people, draw
        )
        for code in codes
        for draw in (1, 2)
    ]
    chroms = chromosomes_of(real.store, genotypes)
    inputs = {"genotypes": genotypes, "sources": real.refs.get("sources", genotypes), "splits": splits}
    made = {chrom: stages.associate(config, real.store, chrom, "small", **inputs) for chrom in chroms}
    parts = {code: own_parts(config, real.store, made, Branch(code, 1), "small") for code in codes}
    return {
        (code, people): [real.store.read(ref).read_table(f"{people}.parquet", ASSOCIATION) for ref in of_code.values()]
        for code, of_code in parts.items()
        for people in ("cohort", "training")
    }


@pytest.fixture
def exported(real, tables, tmp_path):
    def call(people, build="GRCh37", ancestry="African"):
        chosen = stored_associations(real.store, NAME)
        written = export_associations(real.store, NAME, chosen, tmp_path, people, build, ancestry)
        return {path.name: rows for path, rows in written}

    return call


@pytest.mark.parametrize("people", ["cohort", "training"])
@pytest.mark.parametrize("code", ["asthma", "height"])
def test_files_read_back_as_the_study_has_them(exported, tables, tmp_path, code, people):
    names = exported(people)
    assert list(names) == ["exported-asthma-small.tsv.gz", "exported-height-small.tsv.gz"]
    path = tmp_path / f"exported-{code}-small.tsv.gz"
    found = read_statistics(str(path))
    parts = [statistics_of(table) for table in tables[code, people]]
    for name in ("beta", "se", "neg_log10_p", "frequency"):
        expected = np.concatenate([getattr(part, name) for part in parts])
        np.testing.assert_allclose(getattr(found.stats, name), expected, rtol=1e-12)
    for name in ("chrom", "pos", "ref", "alt"):
        expected = np.concatenate([getattr(part.variants, name) for part in parts])
        assert getattr(found.stats.variants, name).tolist() == expected.tolist()
    assert names[path.name] == found.rows == len(found.stats)
    assert (found.header.format, found.build, found.metadata.trait) == ("GWAS-SSF", "GRCh37", code)
    assert found.log_odds is (code == "asthma")


def test_columns_and_metadata_are_the_standards(exported, tables, tmp_path):
    exported("cohort", build="")
    path = tmp_path / "exported-asthma-small.tsv.gz"
    header, first, *_ = gzip.decompress(path.read_bytes()).decode().split("\n")
    assert header.split("\t") == COLUMNS
    cells = dict(zip(COLUMNS, first.split("\t"), strict=True))
    parts = [cells[name] for name in ("chromosome", "base_pair_location", "other_allele", "effect_allele")]
    assert cells["variant_id"] == "_".join(parts)
    said = yaml.safe_load((tmp_path / f"{path.name}-meta.yaml").read_text())
    [people] = said.pop("samples")
    assert people["case_count"] + people["control_count"] == people["sample_size"]
    assert people["sample_ancestry_category"] == ["African"]
    assert said["data_file_md5sum"] == hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
    assert said["genome_assembly"] == "NR"
    assert (said["is_sorted"], said["is_harmonised"]) == (True, False)


def test_p_values_below_what_a_float_holds_come_from_effect_and_error(tables):
    table = tables["height", "cohort"][0].head(2).assign(beta=[50.0, np.nan], se=1.0, p_value=[0.0, 0.5])
    found = statistics_of(table)
    np.testing.assert_allclose(found.neg_log10_p, [544.6653058663327])  # by scipy.stats.norm.logsf(50)


def test_a_study_without_associations(real):
    with pytest.raises(InputError, match="has no associations"):
        stored_associations(real.store, "nothing")


@pytest.mark.usefixtures("tables")
def test_the_command_names_what_there_is(real, tmp_path):
    run = lambda *words: CliRunner().invoke(app, ["associations", *words, "--store", real.store.uri("")])  # noqa: E731
    assert run("list", NAME).stdout.splitlines()[0].startswith("asthma-small: chromosomes")
    found = run("export", NAME, "--to", str(tmp_path), "--name", "height-small", "--people", "training")
    assert re.search(r"exported-height-small.tsv.gz: \d+ variants", found.stdout)
    refused = run("export", NAME, "--to", str(tmp_path), "--name", "weight-small")
    assert "it has 2, such as asthma-small, height-small" in str(refused.exception)
