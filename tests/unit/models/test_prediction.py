import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.formats.genotype_file import read_people
from gtl.formats.genotype_parquet import write_genotypes
from gtl.formats.plink import write_bed, write_bim, write_fam
from gtl.formats.twentythreeandme import write_person
from gtl.formats.vcf import write_vcf
from gtl.learn.covariates import CovariateModel
from gtl.learn.linear_predictor import LinearPredictor
from gtl.learn.model_card import ModelCard, ModelKind, ModelSnp, reference_of, sha256_of
from gtl.models.prediction import card_variants, model_dosages, predict

# The people's dosages at rs1, rs2, rs3: the card's order, its counted alleles.
EXPECTED = [[2, 0, -1], [0, 1, 2], [1, 1, 1]]

AMBIGUOUS = ModelSnp("rs3", "T", 0.5, "A")
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
        ("AC", -1, "the alleles are others than expected"),
        ("DI", -1, "the alleles are others than expected"),
    ],
)
def test_letters_of_the_other_strand(card, tmp_path, letters, dosage, reason):
    (tmp_path / "me.txt").write_text(f"# me\nrs1\t21\t8\t{letters}\nrs77\t21\t9\tAA\n")
    wanted = card_variants(card)
    dosages, reasons = model_dosages(wanted, read_people(tmp_path / "me.txt", wanted).genotypes)
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
    card = replace(card, snps=(*card.snps[:2], AMBIGUOUS))
    swapped = replaced(people, 3, ref="T", alt="A")  # strand or order, nobody can tell
    swapped = replaced(swapped, 0, rsid="rs1")  # rs1 twice, rs2 not at all
    dosages, reasons = model_dosages(card_variants(card), swapped)
    assert (dosages == -1).all()
    assert reasons.tolist() == [
        "the file has several variants of this rs id",
        "not in the file",
        "A/T or C/G with alleles swapped: the strand is unknown",
    ]
    with pytest.raises(InputError, match=r"none of the model's 3 SNPs can be used \(rs1: the file has several"):
        predict(card, predictor, write(swapped, tmp_path, "vcf"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rsid": "rs8"}, r"\(rs1 and 2 more: not in the file\); the file has to name variants as the model's card"),
        ({"rsid": "rs1"}, r"\(rs2 and 1 more: not in the file\)"),
        ({"ref": "A", "alt": "AT"}, r"\(rs1 and 2 more: the alleles are others than expected\); compare the file's"),
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
    dosages, reasons = model_dosages(wanted, read_people(write(alike, tmp_path, form), wanted).genotypes)
    assert reasons.tolist() == [reason, "", ""]
    assert dosages[0].tolist() == [dosage, dosage, -1]


def test_an_allele_that_somebody_has_needs_a_letter(card, people, tmp_path):
    wanted = card_variants(card)
    found = read_people(write(replaced(people, 2, alt="0"), tmp_path, "bed"), wanted).genotypes
    assert model_dosages(wanted, found)[1].tolist() == [ONE_ALLELE, "", ""]


def test_a_reference_allele_that_nobody_has_is_filled_in(card, people, tmp_path):
    alike = replaced(people, 2, ref="0", alt="A")
    alike.dosages[2] = [2, 2, -1]
    wanted = card_variants(card)
    dosages, reasons = model_dosages(wanted, read_people(write(alike, tmp_path, "bed"), wanted).genotypes)
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


@pytest.mark.parametrize(
    ("export", "name"),
    [(["--make-pgen"], "q.pgen"), (["--make-pgen"], "q"), (["--export", "bgen-1.2", "ref-first"], "q.bgen")],
)
def test_files_of_plink2_give_the_same_scores(card, predictor, people, tmp_path, export, name):
    plink2 = shutil.which("plink2")
    if plink2 is None:
        pytest.skip("plink2 is not on the path")
    bed = write(people, tmp_path, "bed")
    subprocess.run([plink2, "--bfile", bed.with_suffix(""), *export, "--out", tmp_path / "q"], check=True)
    found = predict(card, predictor, tmp_path / name)
    assert found.people["probability"].tolist() == [1.0, 0.0, 0.0]
    assert found.coverage() == "3 of the model's 3 SNPs used; 1 genotypes not called"


def test_dosages_are_scored_as_dosages(card, people):
    imputed = np.where(people.dosages < 0, np.nan, people.dosages).astype(np.float32)
    imputed[2, 1] = 0.75
    soft = GenotypeMatrix(replaced(people, 2, ref="G", alt="A").variants, people.samples, imputed)
    dosages, reasons = model_dosages(card_variants(card), soft)
    assert reasons.tolist() == ["", "", ""]
    np.testing.assert_array_equal(dosages, np.float32([[0, 1.25, np.nan], *EXPECTED[1:]]))


def of_many(rng, alleles, frequency, n=40):
    """People at rs1, rs2 and rs3, with alleles and frequency of rs3 as given."""
    word = lambda *texts: np.array(texts, dtype=object)  # noqa: E731
    ref, alt = alleles
    variants = Variants(
        word("21", "21", "21"), np.array([5, 7, 9]), word("rs1", "rs2", "rs3"), word("A", "C", ref), word("G", "T", alt)
    )
    samples = np.array([f"p{number}" for number in range(n)], dtype=object)
    return GenotypeMatrix(variants, samples, rng.binomial(2, [[0.3], [0.5], [frequency]], (3, n)).astype(np.int8))


@pytest.mark.parametrize(
    ("alleles", "frequency", "flip"),
    [("AT", 0.25, False), ("AT", 0.75, None), ("TA", 0.75, True), ("TA", 0.25, None), ("AT", 0.5, None)],
)
def test_ambiguous_snps_of_many_people_are_told_by_the_card_s_frequencies(card, alleles, frequency, flip):
    people = of_many(np.random.default_rng(3), alleles, frequency)
    wanted = card_variants(replace(card, snps=(*card.snps[:2], AMBIGUOUS)))
    dosages, reasons = model_dosages(wanted, people, None, np.array([0.3, 0.5, 0.25]))
    assert reasons[:2].tolist() == ["", ""]
    if flip is None:  # rs1 and rs2 say that the file is of the card's strand, the frequency that it is not
        assert reasons[2].startswith("A/T or C/G")
        assert (dosages[2] == -1).all()
    else:
        assert dosages[2].tolist() == (2 - people.dosages[2] if flip else people.dosages[2]).tolist()


@pytest.mark.parametrize(("form", "missing"), [("bed", [["rs3", "A/T or C/G: the strand is unknown"]]), ("vcf", [])])
def test_ambiguous_snps_of_few_people_need_a_format_that_names_the_strand(
    card, predictor, people, tmp_path, form, missing
):
    card = replace(card, snps=(*card.snps[:2], AMBIGUOUS))
    found = predict(card, predictor, write(replaced(people, 3, ref="A", alt="T"), tmp_path, form))
    assert found.missing.values.tolist() == missing


def test_people_are_told_where_they_stand(card, predictor, people, tmp_path):
    card = replace(card, reference=reference_of(np.array([0.0, 0.0, 0.0, 1.0])))
    found = predict(card, predictor, write(people, tmp_path, "vcf"))
    assert found.people.columns.tolist() == ["sample", "probability", "predicted", "percentile"]
    # 67 of 101 quantiles are 0, one is 1: half of the equal ones count.
    assert found.people["percentile"].round(1).tolist() == [99.5, 33.2, 33.2]
    assert len(card.reference) == 101
    assert ModelCard.from_json(card.to_json()) == card


@pytest.fixture
def value_model():
    """height = dosage of rs1 + 2 age + 10 male + 3 component 1, on four training people."""
    covariates = CovariateModel(
        TraitKind.QUANTITATIVE, ("sex", "age", "batch=b", "component 1"), np.array([10.0, 2.0, 1.0, 3.0]), 100.0, 200.0,
        means=np.array([0.5, 40.0, 0.25, 0.0]),
    )  # fmt: skip
    content = LinearPredictor(np.array([1.0]), 0.0, np.array([0.5], np.float32), trait_kind=TraitKind.QUANTITATIVE)
    model = content.to_bytes()
    card = ModelCard(
        kind=ModelKind.LINEAR, study="tiny", phenotype="height", method="own_gblup", algorithm="GBLUP",
        frozen_layers=-1, snps=(ModelSnp("rs1", "G", 0.5, "A"),), training_people=4, training_sha256="ab", seed=1,
        model_sha256=sha256_of(model), trait_kind=TraitKind.QUANTITATIVE, covariates=covariates.to_json(),
    )  # fmt: skip
    return ModelCard.from_json(card.to_json()), content


def test_covariates_go_on_top(value_model, people, tmp_path):
    (tmp_path / "a.tsv").write_text("IID\tsex\tage\np1\tM\t50\np2\tF\tNA\n")
    (tmp_path / "b.tsv").write_text("FID IID batch\np1 p1 b\np2 p2 a\np3 p3 b\n")
    found = predict(*value_model, write(people, tmp_path, "vcf"), [tmp_path / "a.tsv", tmp_path / "b.tsv"])
    assert found.people.columns.tolist() == ["sample", "value"]
    # p1: 100 + 10 + 100 + 1 + rs1 of 2; p2: mean age; p3: mean sex and age, and rs1 is not called.
    assert found.people["value"].tolist() == [213.0, 180.0, 100 + 5 + 80 + 1 + 0.5]
    assert found.notes == (
        "covariate sex: not known of 1 of 3 people: the training people's mean stands in",
        "covariate age: not known of 2 of 3 people: the training people's mean stands in",
        "covariate component 1: of the study's own people, so it is not known for others: the training people's mean "
        "stands in",
    )


def test_without_tables_means_stand_in(value_model, people, tmp_path):
    found = predict(*value_model, write(people, tmp_path, "vcf"))
    assert found.people["value"].tolist() == [187.25, 185.25, 185.75]
    assert found.notes[0] == "covariate sex: not given (--tables): the training people's mean stands in"


def test_tables_of_other_people_or_with_texts_are_refused(value_model, people, tmp_path):
    genotypes = write(people, tmp_path, "vcf")
    (tmp_path / "a.tsv").write_text("IID\tage\nq1\t50\n")
    with pytest.raises(InputError, match=r"a\.tsv: of 3 samples of the genotypes .* none is among the 1 people"):
        predict(*value_model, genotypes, [tmp_path / "a.tsv"])
    (tmp_path / "a.tsv").write_text("IID\tage\np1\told\n")
    with pytest.raises(InputError, match=r"a\.tsv: line 2: 'p1', column 'age': 'old' is no number"):
        predict(*value_model, genotypes, [tmp_path / "a.tsv"])


def test_tables_without_covariates_on_the_card_are_not_used(card, predictor, people, tmp_path):
    found = predict(card, predictor, write(people, tmp_path, "vcf"), [tmp_path / "absent.tsv"])
    assert found.notes == ("the model has no covariates: --tables is not used",)


def test_a_card_that_kept_no_means_is_refused(value_model, people, tmp_path):
    card, predictor = value_model
    old = replace(card, covariates={name: value for name, value in card.covariates.items() if name != "means"})
    with pytest.raises(InputError, match="no means of its covariates"):
        predict(old, predictor, write(people, tmp_path, "vcf"))


def test_snps_of_one_id_are_told_apart_by_alleles_and_by_place(tmp_path):
    """Lines of a multi-allelic site, and two SNPs of the same alleles that lost their own ids."""
    snps = [
        ("rs1", "G", "A", 100, 1.0),
        ("rs1", "C", "A", 100, 10.0),
        ("x", "T", "C", 200, 100.0),
        ("x", "T", "C", 300, 1e3),
    ]
    rows = ["21 100 rs1 A G 0/1", "21 100 rs1 A C 0/1", "21 200 x C T 1/1", "21 300 x C T 0/1"]
    write_lines(tmp_path / "me.vcf", rows)
    card = ModelCard(
        kind=ModelKind.LINEAR, study="hand", phenotype="height", method="own_gblup", algorithm="GBLUP",
        snps=tuple(ModelSnp(rsid, alt, 0.5, ref, "21", pos) for rsid, alt, ref, pos, _ in snps), frozen_layers=-1,
        training_people=9, training_sha256="ab", seed=1, model_sha256="cd", metrics={},
        trait_kind=TraitKind.QUANTITATIVE,
    )  # fmt: skip
    weights, means = np.array([snp[-1] for snp in snps]), np.full(4, 0.5, dtype=np.float32)
    found = predict(card, LinearPredictor(weights, 0.0, means, trait_kind=TraitKind.QUANTITATIVE), tmp_path / "me.vcf")
    assert (found.missing.empty, found.people["value"].tolist()) == (True, [1 + 10 + 200 + 1000])


def test_a_file_a_chromosome_is_one_person_s(card, predictor, tmp_path):
    """Of rs1, which decides, two counted alleles; it is in the second file."""
    write_lines(tmp_path / "chr21.vcf", ["21 100 rs2 C T 0/0", "21 200 rs3 A C 0/1"])
    write_lines(tmp_path / "chr22.vcf", ["22 100 rs1 A G 1/1"])
    found = predict(card, predictor, tmp_path / "chr{chrom}.vcf")
    assert (found.missing.empty, found.people.values.tolist()) == (True, [["me", 1.0, "case"]])
    with pytest.raises(InputError, match="no such files; check the folder, and what stands in place"):
        predict(card, predictor, tmp_path / "no{chrom}.vcf")


def write_lines(path, rows):
    """A VCF of one person, by lines of chromosome, position, id, alleles and genotype."""
    body = "".join("\t".join([*row.split()[:5], ".", ".", ".", "GT", row.split()[5]]) + "\n" for row in rows)
    columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tme"
    form = '##FORMAT=<ID=GT,Number=1,Type=String,Description="genotype">'
    contigs = "\n".join(f"##contig=<ID={chrom}>" for chrom in dict.fromkeys(row.split()[0] for row in rows))
    path.write_text(f"##fileformat=VCFv4.2\n{contigs}\n{form}\n{columns}\n{body}")
