import numpy as np
import pytest
from bgen import BgenWriter

from gtl.errors import InputError
from gtl.formats.genotype_source import open_genotypes

CERTAIN = np.eye(3)


def write(path, *variants, samples=("p1", "p2", "p3"), **options):
    """Variants are chromosome, position, alleles, and probabilities with the writer's options."""
    with BgenWriter(str(path), n_samples=3, samples=list(samples), **options) as file:
        for row, (chrom, pos, alleles, probabilities, more) in enumerate(variants):
            file.add_variant(
                varid=f"v{row}", rsid=f"rs{row}", chrom=chrom, pos=pos, alleles=alleles, genotypes=probabilities, **more
            )
    return str(path)


@pytest.mark.parametrize("compression", [None, "zlib", "zstd"])
@pytest.mark.parametrize("bits", [8, 12, 16])
@pytest.mark.parametrize(
    ("counted", "alleles", "expected"),
    [
        (None, ("A", "G"), [0, 1.5, np.nan]),
        ("last", ("A", "G"), [0, 1.5, np.nan]),
        ("first", ("G", "A"), [2, 0.5, np.nan]),
    ],
)
def test_the_counted_allele_s_dosage(tmp_path, compression, bits, counted, alleles, expected):
    probabilities = np.array([[1, 0, 0], [0, 0.5, 0.5], [np.nan] * 3])
    variant = ("01", 5, ["A", "G"], probabilities, {"bit_depth": bits})
    source = open_genotypes(write(tmp_path / "x.bgen", variant, compression=compression), counted=counted)
    assert (source.chromosomes(), source.imputed) == (("1",), True)
    [block] = source.blocks("1")
    assert (block.variants.ref[0], block.variants.alt[0]) == alleles
    np.testing.assert_allclose(block.dosages, np.float32([expected]), atol=1 / 255)


def test_phased_probabilities(tmp_path):
    haplotypes = np.array([[1, 0, 0, 1], [0, 1, 0, 1], [1, 0, 1, 0]], dtype=float)
    source = open_genotypes(write(tmp_path / "x.bgen", ("X", 5, ["A", "G"], haplotypes, {"phased": True})))
    assert [block.dosages.tolist() for block in source.blocks("X")] == [[[1, 2, 0]]]


@pytest.mark.parametrize("unknown", ["", "NA"])
def test_a_chromosome_that_the_file_leaves_open_is_that_of_its_name(tmp_path, unknown):
    write(tmp_path / "c_chr07.bgen", (unknown, 5, ["A", "G"], CERTAIN, {}))
    [block] = open_genotypes(f"{tmp_path}/c_chr{{chrom}}.bgen").blocks("7")
    assert (block.variants.chrom.tolist(), block.dosages.tolist()) == (["7"], [[0, 1, 2]])


def test_more_than_two_alleles_a_person_are_left_out(tmp_path):
    three = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]], dtype=float)
    source = open_genotypes(
        write(tmp_path / "x.bgen", ("1", 5, ["A", "G"], three, {"ploidy": 3}), ("1", 6, ["A", "G"], CERTAIN, {}))
    )
    [block] = source.blocks("1")
    assert (block.variants.rsid.tolist(), block.dosages.tolist()) == (["rs1"], [[0, 1, 2]])
    assert [(row.rsid, row.reason) for row in source.left_out] == [("rs0", "more than two alleles a person")]


def test_variants_with_more_alleles_are_left_out(tmp_path):
    six = np.zeros((3, 6))
    six[:, 0] = 1
    source = open_genotypes(
        write(tmp_path / "x.bgen", ("1", 5, ["A", "G", "T"], six, {}), ("1", 6, ["A", "G"], CERTAIN, {}))
    )
    [block] = source.blocks("1")
    assert (block.variants.rsid.tolist(), block.dosages.tolist()) == (["rs1"], [[0, 1, 2]])
    [left] = source.left_out
    assert (left.rsid, left.alt, left.reason) == ("rs0", "G,T", "more than one alternate allele")


@pytest.mark.parametrize(
    ("sample", "message"),
    [
        (
            "ID_1 ID_2 missing\n0 0 0\n1 p1 0\n2 p2 0\n",
            r"x\.sample: 2 people, but x\.bgen has genotypes of 3; give the",
        ),
        ("ID_1 ID_2 missing\n0 0 0\n1 p1 0\n3 p3 0\n2 p2 0\n", r"x\.sample: person 2 is p3, but p2 in x\.bgen; list"),
        ("ID_1 ID_2 missing\n0 0 0\np 2 0\np 1 0\np 3 0\n", r"x\.sample: person 1 is p_2, but p_1 in x\.bgen; list"),
        ("ID_1 ID_2 missing\n0 0 0\n1 p1 0\n1 p1 0\n2 p2 0\n", r"x\.sample: 1 sample ids appear more than once, even"),
    ],
)
def test_people_that_do_not_fit(tmp_path, sample, message):
    names = ("p_1", "p_2", "p_3") if "p 2" in sample else ("p1", "p2", "p3")
    path = write(tmp_path / "x.bgen", ("1", 5, ["A", "G"], CERTAIN, {}), samples=names)
    (tmp_path / "x.sample").write_text(sample)
    with pytest.raises(InputError, match=message):
        open_genotypes(path)


def test_ids_that_repeat_are_told_apart_by_family(tmp_path):
    path = write(tmp_path / "x.bgen", ("1", 5, ["A", "G"], CERTAIN, {}))
    (tmp_path / "x.sample").write_text("ID_1 ID_2 missing\n0 0 0\na 1 0\nb 1 0\nb 2 0\n")
    assert open_genotypes(path).samples.ids.tolist() == ["a_1", "b_1", "b_2"]


def test_a_file_without_people(shared):
    with pytest.raises(InputError, match=r"zstd\.bgen: names no people, and example_3chr_zstd\.sample is not beside"):
        open_genotypes(f"{shared}/data/regenie_example/example_3chr_zstd.bgen")


def test_damaged_files(shared, tmp_path):
    whole = (shared / "data/regenie_example/example.bgen").read_bytes()
    (tmp_path / "cut.bgen").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"cut\.bgen: cannot be read as BGEN: .*truncated"):
        list(open_genotypes(f"{tmp_path}/cut.bgen").blocks("1"))
    (tmp_path / "no.bgen").write_bytes(b"something else altogether, but long enough")
    with pytest.raises(InputError, match=r"no\.bgen: cannot be read as BGEN"):
        open_genotypes(f"{tmp_path}/no.bgen")
    with pytest.raises(InputError, match=r"none\.bgen: no such file"):
        open_genotypes(f"{tmp_path}/none.bgen")


def test_an_index_that_is_none(tmp_path):
    path = write(tmp_path / "x.bgen", ("1", 5, ["A", "G"], CERTAIN, {}))
    (tmp_path / "x.bgen.bgi").write_bytes(b"no index")
    with pytest.raises(InputError, match=r"x\.bgen: cannot be read as BGEN: .*its \.bgi too"):
        open_genotypes(path).chromosomes()


def test_the_index_of_another_file(shared, tmp_path):
    path = write(tmp_path / "x.bgen", ("1", 5, ["A", "G"], CERTAIN, {}))
    (tmp_path / "x.bgen.bgi").write_bytes((shared / "data/regenie_example/example.bgen.bgi").read_bytes())
    with pytest.raises(InputError, match=r"x\.bgen\.bgi: made of a file of 186196 bytes, but x\.bgen has \d+; delete"):
        open_genotypes(path).chromosomes()
