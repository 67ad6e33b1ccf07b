import numpy as np
import pytest

from gtl.errors import InputError
from gtl.formats.genotype_source import open_genotypes

SAMPLE = "ID_1 ID_2 missing sex\n0 0 0 D\nf1 p1 0 1\nf2 p2 NA 2\n"


def write(folder, text, name="x.gen", sample=SAMPLE):
    (folder / name).write_text(text)
    (folder / name).with_suffix(".sample").write_text(sample)
    return str(folder / name)


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("7 snp_0 rs5 5 A G 0.1 0.6 0.3 0 0 0\n", {}),
        ("chr7 snp_0 rs5 5 A G 0.1 0.6 0.3 0 0 0\n", {}),
        ("07 rs5 5 A G 0.1 0.6 0.3 0 0 0\n", {}),
    ],
)
def test_dosages_of_the_second_allele(tmp_path, line, options):
    source = open_genotypes(write(tmp_path, line), **options)
    assert (source.chromosomes(), source.imputed) == (("7",), True)
    [block] = source.blocks("7")
    np.testing.assert_allclose(block.dosages, np.float32([[1.2, np.nan]]), rtol=1e-6)
    found = block.variants
    assert (found.rsid[0], found.pos[0], found.ref[0], found.alt[0]) == ("rs5", 5, "A", "G")
    assert (source.samples.ids.tolist(), source.samples.families.tolist()) == (["p1", "p2"], ["f1", "f2"])
    assert source.samples.sex.tolist() == [1, 2]


# What plink2 2.00a3.5 makes of them: `--gen x.gen ref-first --make-pgen`, then `--export A`.
@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("0.5 0 0", "0 0 0.5", [0, 2]),
        ("0 0.5 0", "0.33 0.33 0.33", [1, 1]),
        ("0.2 0.2 0", "0.1 0.05 0.05", [0.5, 0.75]),
        ("0 0.2 0.9", "0.001 0.001 0", [2 / 1.1, 0.5]),
        ("nan nan nan", "0 0 0", [np.nan, np.nan]),
    ],
)
def test_probabilities_are_shares_of_their_sum(tmp_path, first, second, expected):
    [block] = open_genotypes(write(tmp_path, f"7 snp_0 rs5 5 A G {first} {second}\n")).blocks("7")
    np.testing.assert_allclose(block.dosages, [np.float32(expected)], rtol=1e-6)


@pytest.mark.parametrize("unknown", ["NA", ".", "---"])
def test_a_chromosome_that_the_lines_leave_open_is_that_of_the_name(tmp_path, unknown):
    line = f"{unknown} snp_0 . 5 A G 0 0 1 0 1 0\n"
    write(tmp_path, line, "c_chr7.gen")
    [block] = open_genotypes(f"{tmp_path}/c_chr{{chrom}}.gen").blocks("7")
    assert (block.variants.rsid.tolist(), block.dosages.tolist()) == (["7:5:A:G"], [[2, 1]])
    with pytest.raises(InputError, match=f"line 1: '{unknown}' is no chromosome; put it before"):
        open_genotypes(write(tmp_path, line)).chromosomes()


@pytest.mark.parametrize("start", ["NA snp_0", "--- snp_0", "---", "snp_0"])
def test_people_who_are_scored_are_found_by_ids_wherever_these_lie(tmp_path, start):
    [block] = open_genotypes(write(tmp_path, f"{start} rs5 5 A G 0 0 1 0 1 0\n"), one_allele=True).all_blocks()
    assert (block.variants.chrom[0], block.variants.rsid[0], block.dosages.tolist()) == ("0", "rs5", [[2, 1]])


@pytest.mark.parametrize(
    ("sample", "ids", "sex"),
    [
        ("ID_1 ID_2 missing gender\n0 0 0 D\nf1 p1 0 male\nf2 p2 NA Female\n", ["p1", "p2"], [1, 2]),
        ("ID_1 ID_2 missing sex\n0 0 0 D\np1 0 0 1\np2 0 0 2\n", ["p1", "p2"], [1, 2]),
        ('"ID_1" "ID_2" "missing"\n"0" "0" "0"\n"p1" "p1" 0\n"p2" "p2" 0\n', ["p1", "p2"], [0, 0]),
    ],
)
def test_people_of_sample_files(tmp_path, sample, ids, sex):
    samples = open_genotypes(write(tmp_path, "7 s rs5 5 A G 1 0 0 0 1 0\n", sample=sample)).samples
    assert (samples.ids.tolist(), samples.sex.tolist()) == (ids, sex)


def test_a_sample_file_without_types_is_told(tmp_path):
    sample = "ID_1 ID_2 missing sex\nf1 p1 0 1\nf2 p2 0 2\n"
    with pytest.raises(InputError, match=r"x\.sample: line 2: expected a \.sample file's line of column types"):
        open_genotypes(write(tmp_path, "7 s rs5 5 A G 1 0 0 0 1 0\n", sample=sample))


def test_the_chromosome_of_the_file_s_name(tmp_path):
    write(tmp_path, "snp_0 rs5 5 A G 1 0 0 0 1 0\n", "c_chr7.gen")
    write(tmp_path, "snp_0 . 5 A G 0 0 1 0 1 0\n", "c_chrX.gen")
    source = open_genotypes(f"{tmp_path}/c_chr{{chrom}}.gen")
    assert source.chromosomes() == ("7", "X")
    [block] = source.blocks("X")
    assert (block.variants.rsid.tolist(), block.dosages.tolist()) == (["X:5:A:G"], [[2, 1]])


def test_a_dosage_out_of_range_is_left_out(tmp_path):
    source = open_genotypes(write(tmp_path, "7 s rs5 5 A G 0 0 2 0 1 0\n7 s rs6 6 A G 0 0 1 0 1 0\n"))
    [block] = source.blocks("7")
    assert block.variants.rsid.tolist() == ["rs6"]
    assert [(row.rsid, row.reason) for row in source.left_out] == [("rs5", "a dosage outside 0 to 2")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("snp_0 rs5 5 A G 1 0 0 0 1 0\n", r"line 1: 'snp_0' is no chromosome; put it before the SNP id"),
        ("7 s rs5 5 A G 1 0 0\n", r"line 1: 9 columns, expected 5 or 6 and three for each of the 2 people"),
        ("7 s rs5 5 A G 1 0 0 0 1 0\n7 s rs6 6 A G 1 0 0 0 1\n", r"line 2: 11 columns, expected 5 or 6"),
        ("7 s rs5 5 A G 1 0 0 0 x 0\n", r"line 1: probabilities must be numbers"),
        ("7 s rs5 five A G 1 0 0 0 1 0\n", r"line 1: rs5: position 'five' is not a whole number"),
    ],
)
def test_bad_lines(tmp_path, text, message):
    with pytest.raises(InputError, match=rf"x\.gen: {message}"):
        [list(source.blocks("7")) for source in [open_genotypes(write(tmp_path, text))]]


def test_a_missing_sample_file_is_named(tmp_path):
    (tmp_path / "x.gen.gz").write_bytes(b"")
    with pytest.raises(InputError, match=r"x\.gen\.gz: x\.sample is not beside it; put it there, or name"):
        open_genotypes(f"{tmp_path}/x.gen.gz")
