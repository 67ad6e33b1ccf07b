"""Files that are untidy in the ways that real ones are: right values by hand, of ../shared/cases."""

import math

import pytest

from gtl.errors import InputError
from gtl.formats.oxford import read_gen, read_haplotypes
from gtl.formats.vcf import read_phased_haplotypes
from gtl.learn.model_card import ModelCard
from gtl.learn.predictors import load
from gtl.models.prediction import predict


@pytest.fixture(scope="module")
def cases(shared):
    return shared / "cases"


def log_odds(folder, model, genotypes):
    card = ModelCard.from_json((folder / f"{model}.json").read_text())
    content = (folder / f"{model}.linear.json").read_bytes()
    found = predict(card, load(content, card), folder / genotypes)
    probability = found.people["probability"][0]
    return round(math.log(probability / (1 - probability)), 4), found.missing.values.tolist()


@pytest.mark.parametrize(
    ("case", "model", "genotypes", "expected"),
    [
        ("3", "m", "ids.vcf", 1.25),
        ("3", "list", "single.vcf", 1.0),
        ("4", "m", "homref_nonref.vcf", 0.25),
        ("4", "m", "homref_star.vcf", 0.25),
        ("4", "m", "het.vcf", 1.25),
        ("6", "m", "same.vcf", 1.25),
        ("6", "m", "split.vcf", 1.25),
        ("11", "m", "chr.vcf", 1.25),
        ("11", "m", "under.vcf", 1.25),
        ("11", "m", "Chr.vcf", 1.25),
        ("11", "m", "fine.vcf", 1.25),
        ("11", "chrmodel", "noid.vcf", 1.0),
        ("11", "kg", "rs.vcf", 1.0),
        ("12", "x", "X.vcf", 1.0),
        ("12", "mt", "M.vcf", 2.0),
        ("20", "x", "man.vcf", 2.0),
        ("20", "x", "man.txt", 2.0),
        ("25", "m", "whole.vcf.gz", 1.25),
    ],
)
def test_every_snp_is_found(cases, case, model, genotypes, expected):
    found, missing = log_odds(cases / case, model, genotypes)
    assert found == pytest.approx(expected, abs=1e-4)
    assert missing == []


@pytest.mark.parametrize(
    ("case", "genotypes", "expected"),
    [
        ("18", "snps_output.txt", 2.25),
        ("18", "fine.txt", 2.25),
        ("19", "latin1.txt", 2.25),
        ("21", "DD.txt", 2.05),
        ("21", "DI.txt", 4.05),
        ("21", "II.txt", 6.05),
    ],
)
def test_what_23andme_writes_in_its_own_way_is_read(cases, case, genotypes, expected):
    found, missing = log_odds(cases / case, "m", genotypes)
    assert found == pytest.approx(expected, abs=1e-4)
    assert all(reason == "not in the file" for _, reason in missing)


def test_a_variant_that_cannot_be_read_is_missing_with_its_reason(cases, tmp_path):
    lines = (cases / "3/single.vcf").read_text().splitlines(keepends=True)
    head, rows = [line for line in lines if line.startswith("#")], [line for line in lines if not line.startswith("#")]
    odd = [line.replace("\trs1\tA\tG\t", "\trs1\tA\tG,T\t") for line in rows]
    (tmp_path / "odd.vcf").write_text("".join(head + odd))
    for name in ("m.json", "m.linear.json"):
        (tmp_path / name).write_bytes((cases / "3" / name).read_bytes())
    _, missing = log_odds(tmp_path, "m", "odd.vcf")
    assert missing[0] == ["rs1", "the file's genotypes are not used: more than one alternate allele"]


def test_a_file_that_was_cut_between_two_blocks_is_refused(cases):
    with pytest.raises(InputError, match=r"cut\.vcf\.gz: bgzip file is cut off"):
        log_odds(cases / "25", "m", "cut.vcf.gz")
    with pytest.raises(InputError, match=r"panel_cut\.vcf\.gz: bgzip file is cut off"):
        read_phased_haplotypes(cases / "25/panel_cut.vcf.gz", cases / "25/panel.tsv", ["CEU", "YRI"])


def test_quotation_marks_of_r_are_no_part_of_names(cases):
    variants = read_haplotypes(cases / "28/CEU.hap", cases / "28/CEU.legend", "21").variants
    assert (variants.rsid[0], variants.ref[0], variants.alt[0]) == ("sim21_22", "G", "A")


def test_a_legend_with_two_alternate_alleles_is_refused(cases):
    with pytest.raises(InputError, match=r"h\.legend: line 2: rs1 has alleles 'A' and 'G,T', expected one"):
        read_haplotypes(cases / "29/h.hap", cases / "29/h.legend", "21")


def test_an_unknown_case_status_does_not_refuse_genotypes(cases):
    assert read_gen(cases / "30/g.gen", cases / "30/g.sample", "21").dosages.tolist() == [[0, 1]]
