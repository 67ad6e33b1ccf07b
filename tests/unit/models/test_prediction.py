from dataclasses import replace

import numpy as np
import pytest

from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.errors import InputError
from gtl.formats.genotype_file import read_people
from gtl.formats.genotype_parquet import write_genotypes
from gtl.formats.plink import write_bed, write_bim, write_fam
from gtl.formats.twentythreeandme import write_person
from gtl.formats.vcf import write_vcf
from gtl.learn.model_card import ModelSnp
from gtl.models.prediction import card_variants, model_dosages, predict

# The people's dosages at rs1, rs2, rs3: the card's order, its counted alleles.
EXPECTED = [[2, 0, -1], [0, 1, 2], [1, 1, 1]]

ONE_ALLELE = "the file names one allele only, which leaves the genotypes open"


def replaced(people, row, **alleles):
    columns = {name: getattr(people.variants, name).copy() for name in ("rsid", "ref", "alt")}
    for name, value in alleles.items():
        columns[name][row] = value
    variants = Variants(people.variants.chrom, people.variants.pos, **columns)
    return GenotypeMatrix(variants, people.samples, people.dosages)


def write(people, folder, form):
    if form == "parquet":
        write_genotypes(people, folder / "p.parquet")
        return folder / "p.parquet"
    if form == "vcf":
        write_vcf(people, folder / "p.vcf")
        return folder / "p.vcf"
    write_bed(people, folder / "p.bed")
    write_bim(people.variants, folder / "p.bim")
    write_fam(people.samples, folder / "p.fam")
    return folder / ("p.bed" if form == "bed" else "p")


@pytest.mark.parametrize("form", ["parquet", "vcf", "bed", "prefix"])
def test_every_format_gives_the_same_scores(card, predictor, people, tmp_path, form):
    found = predict(card, predictor, write(people, tmp_path, form))
    assert found.people["sample"].tolist() == ["p1", "p2", "p3"]
    # p3 is not called at rs1: the training mean of 0.5 stands in.
    assert found.people["probability"].tolist() == [1.0, 0.0, 0.0]
    assert found.people["predicted"].tolist() == ["case", "control", "control"]
    assert found.missing.empty
    assert found.coverage() == "3 of the model's 3 SNPs used; 1 genotypes not called"


def test_a_person_s_letters_are_counted(card, predictor, people, tmp_path):
    write_person(people.variants, people.dosages[:, 0], "me", tmp_path / "me.txt")
    found = predict(card, predictor, tmp_path / "me.txt")
    assert found.people.values.tolist() == [["me", 1.0, "case"]]


@pytest.mark.parametrize(
    ("letters", "dosage", "reason"),
    [
        ("AG", 1, ""),
        ("CC", 2, ""),  # G of the other strand
        ("TC", 1, ""),
        ("--", -1, ""),
        ("AC", -1, "the populations have different alleles"),
        ("DI", -1, "the populations have different alleles"),
    ],
)
def test_letters_of_the_other_strand(card, tmp_path, letters, dosage, reason):
    (tmp_path / "me.txt").write_text(f"# me\nrs1\t21\t8\t{letters}\nrs77\t21\t9\tAA\n")
    wanted = card_variants(card)
    dosages, reasons = model_dosages(wanted, read_people(tmp_path / "me.txt", wanted))
    assert (dosages[0, 0], reasons[0]) == (dosage, reason)
    assert reasons[1:].tolist() == ["not in the file"] * 2


@pytest.mark.parametrize(
    ("alleles", "flip"),
    [
        ({"ref": "A", "alt": "G"}, False),
        ({"ref": "G", "alt": "A"}, True),
        ({"ref": "T", "alt": "C"}, False),  # the other strand
        ({"ref": "C", "alt": "T"}, True),
    ],
)
def test_alleles_decide_which_way_is_counted(card, people, alleles, flip):
    dosages, reasons = model_dosages(card_variants(card), replaced(people, 2, **alleles))
    assert reasons.tolist() == ["", "", ""]
    assert dosages.tolist() == [[0, 2, -1] if flip else EXPECTED[0], *EXPECTED[1:]]


def test_snps_that_cannot_be_used_are_missing_with_a_reason(card, predictor, people, tmp_path):
    swapped = replaced(people, 3, ref="T", alt="A")  # rs3 is A/T: strand or order, nobody can tell
    swapped = replaced(swapped, 0, rsid="rs1")  # rs1 twice, rs2 not at all
    dosages, reasons = model_dosages(card_variants(card), swapped)
    assert (dosages == -1).all()
    assert reasons.tolist() == [
        "the file has several variants of this rs id",
        "not in the file",
        "A/T or C/G with alleles swapped: the strand cannot be told",
    ]
    with pytest.raises(InputError, match=r"none of the model's 3 SNPs can be used \(rs1: the file has several"):
        predict(card, predictor, write(swapped, tmp_path, "vcf"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rsid": "rs8"}, r"\(rs1 and 2 more: not in the file\); the file has to name variants as the model's card"),
        ({"rsid": "rs1"}, r"\(rs2 and 1 more: not in the file\)"),
        ({"ref": "A", "alt": "AT"}, r"\(rs1 and 2 more: the populations have different alleles\); compare the file's"),
    ],
)
def test_the_advice_is_for_the_reason(card, predictor, people, tmp_path, changes, message):
    for row in (0, 2, 3):
        people = replaced(people, row, **changes)
    with pytest.raises(InputError, match=f"none of the model's 3 SNPs can be used {message}"):
        predict(card, predictor, write(people, tmp_path, "vcf"))


@pytest.mark.parametrize("form", ["vcf", "bed"])
@pytest.mark.parametrize("swapped", [False, True])
def test_variants_without_ids_are_found(card, predictor, people, tmp_path, form, swapped):
    card = replace(card, snps=(ModelSnp("21:8:A:G", "G", 0.5, "A"), *card.snps[1:]))
    people = replaced(people, 2, rsid=".", **({"ref": "G", "alt": "A"} if swapped else {}))
    found = predict(card, predictor, write(people, tmp_path, form))
    assert found.missing.empty
    assert found.people["probability"].tolist() == ([0.0, 1.0, 0.0] if swapped else [1.0, 0.0, 0.0])


@pytest.mark.parametrize(("form", "absent"), [("vcf", "."), ("bed", "0")])
@pytest.mark.parametrize(
    ("letter", "dosage", "reason"),
    [
        ("A", 0, ""),
        ("G", 2, ""),
        ("T", 0, ""),  # A of the other strand
        ("C", 2, ""),
        ("AT", -1, ONE_ALLELE),
    ],
)
def test_people_who_are_all_homozygous_alike_are_counted(card, people, tmp_path, form, absent, letter, dosage, reason):
    alike = replaced(people, 2, ref=letter, alt=absent)
    alike.dosages[2] = [0, 0, -1]
    wanted = card_variants(card)
    dosages, reasons = model_dosages(wanted, read_people(write(alike, tmp_path, form), wanted))
    assert reasons.tolist() == [reason, "", ""]
    assert dosages[0].tolist() == [dosage, dosage, -1]


def test_an_allele_that_somebody_has_needs_a_letter(card, people, tmp_path):
    wanted = card_variants(card)
    found = read_people(write(replaced(people, 2, alt="0"), tmp_path, "bed"), wanted)
    assert model_dosages(wanted, found)[1].tolist() == [ONE_ALLELE, "", ""]


def test_a_reference_allele_that_nobody_has_is_filled_in(card, people, tmp_path):
    alike = replaced(people, 2, ref="0", alt="A")
    alike.dosages[2] = [2, 2, -1]
    wanted = card_variants(card)
    dosages, reasons = model_dosages(wanted, read_people(write(alike, tmp_path, "bed"), wanted))
    assert (reasons[0], dosages[0].tolist()) == ("", [0, 0, -1])


def test_missing_snps_are_told(card, predictor, people, tmp_path):
    found = predict(card, predictor, write(people.take_variants(np.array([2])), tmp_path, "vcf"))
    assert found.missing.values.tolist() == [["rs2", "not in the file"], ["rs3", "not in the file"]]
    assert found.coverage().startswith("1 of the model's 3 SNPs used; 2 missing (2 not in the file); 1 genotypes")


@pytest.mark.parametrize(
    ("name", "message"),
    [("none.vcf", "no such file"), ("none.parquet", "no such file"), ("none", "no such file; expected .parquet"),
     ("a.docx", "not a format that is known; expected .parquet")],
)  # fmt: skip
def test_what_is_no_genotype_file_is_refused(card, predictor, tmp_path, name, message):
    (tmp_path / "a.docx").write_bytes(b"x")
    with pytest.raises(InputError, match=message):
        predict(card, predictor, tmp_path / name)
