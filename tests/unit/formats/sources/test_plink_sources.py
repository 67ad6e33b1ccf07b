import re
from pathlib import Path

import numpy as np
import pytest

from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.domain.packed_calls import PackedGenotypes
from gtl.errors import InputError
from gtl.formats.genotype_parquet import write_genotypes
from gtl.formats.genotype_source import open_genotypes
from gtl.prepare.imported import import_chromosome
from tests.traced_memory import peak_of
from tests.unit.formats.sources.conftest import write_plink


def read(source, chromosome="21"):
    return [block.dosages.tolist() for block in source.blocks(chromosome)]


@pytest.mark.parametrize("name", ["x.bed", "x"])
def test_bed_by_its_name_or_prefix(bed, matrix, name):
    source = open_genotypes(str(bed.with_name(name)))
    assert (source.chromosomes(), source.imputed) == (("21",), False)
    [block] = source.blocks("21")
    assert block.dosages.tolist() == matrix.dosages.tolist()
    assert block.samples.tolist() == matrix.samples.tolist()
    for column in ("rsid", "ref", "alt"):
        assert getattr(block.variants, column).tolist() == getattr(matrix.variants, column).tolist()


def test_chromosomes_in_runs(bed):
    bed.with_suffix(".bim").write_text("chr2 a 0 5 A G\n23 b 0 7 A G\n02 c 0 9 t c\n")
    source = open_genotypes(str(bed))
    assert source.chromosomes() == ("2", "X")
    blocks = [*source.blocks("2")]
    assert [block.variants.keys().tolist() for block in blocks] == [["2:5:A:G"], ["2:9:C:T"]]
    assert [block.dosages.tolist() for block in blocks] == [[[0, 1, 2, 0]], [[0, 0, 0, 1]]]
    assert read(source, "X") == [[[2, 2, 1, -1]]]


@pytest.mark.parametrize("n_people", [1, 3, 4, 5, 1001])
def test_what_is_stored_is_what_bed_reader_reads(n_people, tmp_path):
    rng, n_variants = np.random.default_rng(n_people), 150
    word = np.array([f"rs{row}" for row in range(n_variants)], dtype=object)
    chrom = np.repeat(np.array(["1", "X", "1"], dtype=object), 50)
    alleles = np.full(n_variants, "A", object), np.where(np.arange(n_variants) % 7, "G", "0").astype(object)
    variants = Variants(chrom, np.arange(n_variants), word, *alleles)
    people = np.array([f"p{number}" for number in range(n_people)], dtype=object)
    dosages = rng.integers(-1, 3, (n_variants, n_people), dtype=np.int8)
    source = open_genotypes(str(write_plink(GenotypeMatrix(variants, people, dosages), tmp_path / "y")))
    for name in ("1", "X"):
        for stored, read_by_package in zip(source.stored_blocks(name), source.blocks(name), strict=True):
            assert isinstance(stored, PackedGenotypes)
            assert stored.variants.rsid.tolist() == read_by_package.variants.rsid.tolist()
            np.testing.assert_array_equal(stored.calls.unpacked(), read_by_package.dosages)
    assert {row.reason for row in source.left_out} == {"names one allele only"}


def test_the_spare_bits_of_a_bed_are_no_genotypes(bed, matrix, tmp_path):
    three = write_plink(matrix.take_samples(slice(3)), tmp_path / "three")
    content = bytearray(three.read_bytes())
    content[3:] = bytes(byte | 0b11 << 6 for byte in content[3:])
    three.write_bytes(content)
    found = import_chromosome(open_genotypes(str(three)), "21", tmp_path / "x.parquet")
    assert found.variants["called"].tolist() == (matrix.dosages[:, :3] >= 0).sum(axis=1).tolist()
    write_genotypes(matrix.take_samples(slice(3)), tmp_path / "y.parquet")
    assert (tmp_path / "x.parquet").read_bytes() == (tmp_path / "y.parquet").read_bytes()


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="needs Linux to count what is read")
def test_of_a_large_bed_only_the_wanted_rows_are_read(tmp_path):
    n_variants, n_people, width = 20_000, 40_000, 10_000
    (tmp_path / "x.bim").write_text("".join(f"21\trs{row}\t0\t{row + 1}\tG\tA\n" for row in range(n_variants)))
    (tmp_path / "x.fam").write_text("".join(f"p{person} p{person} 0 0 0 -9\n" for person in range(n_people)))
    with (tmp_path / "x.bed").open("wb") as bed:
        bed.write(b"\x6c\x1b\x01")
        bed.truncate(3 + n_variants * width)  # 200 MB of holes on the disk: everybody has G G, but in one row
        bed.seek(3 + 12_345 * width)
        bed.write(b"\xff" * width)
    source = open_genotypes(str(tmp_path / "x.bed"))
    blocks = source.blocks_with(lambda variants: np.flatnonzero(np.isin(variants.rsid, ["rs7", "rs12345"])))
    before, found = bytes_read(), []
    peak = peak_of(lambda: found.extend(blocks))
    read = bytes_read() - before
    assert np.concatenate([block.variants.rsid for block in found]).tolist() == ["rs7", "rs12345"]
    assert np.concatenate([block.dosages for block in found]).tolist() == [[2] * n_people, [0] * n_people]
    assert peak < 50e6  # all of it, unpacked, is 800 MB
    assert read < 5e6  # of 200 MB: the .bim again, and two rows


def bytes_read():
    """By this process since it began, whether from the disk or from the system's memory."""
    return int(re.search(r"rchar: (\d+)", Path("/proc/self/io").read_text())[1])


def test_blocks_are_bounded(bed, monkeypatch):
    for name in ("BLOCK_BYTES", "MIN_BLOCK_VARIANTS"):
        monkeypatch.setattr(f"gtl.formats.sources.base.{name}", 2)
    source = open_genotypes(str(bed))
    assert read(source) == [[[0, 1, 2, 0], [2, 2, 1, -1]], [[0, 0, 0, 1]]]


def test_variants_without_two_alleles_are_left_out(bed):
    bed.with_suffix(".bim").write_text("21 a 0 5 0 G\n21 b 0 7 A A\n21 . 0 9 t c\n")
    source = open_genotypes(str(bed))
    [block] = source.blocks("21")
    assert (block.variants.rsid.tolist(), block.dosages.tolist()) == (["21:9:C:T"], [[0, 0, 0, 1]])
    assert [(row.rsid, row.ref, row.alt, row.reason) for row in source.left_out] == [
        ("a", "G", "0", "names one allele only"),
        ("b", "A", "A", "names the same allele twice"),
    ]


def test_alleles_that_differ_by_case_only_stay_two(bed):
    bed.with_suffix(".bim").write_text("21 a 0 5 D d\n21 b 0 7 i D\n21 c 0 9 t c\n")
    [block] = open_genotypes(str(bed)).blocks("21")
    assert [*zip(block.variants.ref, block.variants.alt, strict=True)] == [("d", "D"), ("D", "I"), ("C", "T")]


@pytest.mark.parametrize(
    ("suffix", "content", "message"),
    [
        (".bed", b"\x6c\x1b\x00abc", r"x\.bed: begins with 6c1b00, expected 6c1b01: a variant-major .*make it again"),
        (".bed", b"\x6c\x1b\x01ab", r"x\.bed: 5 bytes, expected 6 for the \.bim's 3 variants and the \.fam's 4 people"),
        (".bim", b"21 a 0 5 A\n21 b 0 6 A G\n21 c 0 7 A G\n", r"x\.bim: line 2: 6 columns, expected 5"),
        (".bim", b"21 a 0 5 A G\n\n21 c 0 7 A G\n", r"x\.bim: line 2: blank, expected a variant"),
        (".bim", b"21 a 0 5 A G\n21 b 0 6x A G\n21 c 0 7 A G\n", r"x\.bim: line 2: b: position '6x' is not a whole"),
        (".bim", b"CHR SNP CM BP A1 A2\n21 b 0 6 A G\n21 c 0 7 A G\n", r"x\.bim: line 1: a header, which a \.bim"),
        (".fam", b"p1 p1 0 0\n", r"x\.fam: line 1: 4 columns, expected 5 or more"),
        (
            ".fam",
            b"f p 0 0 0 1\nf p 0 0 0 1\ng q 0 0 0 1\ng r 0 0 0 1\n",
            r"x\.fam: 1 sample ids.*before them .f_p.; give",
        ),
        (".fam", b"", r"x\.fam: file is empty"),
    ],
)
def test_bad_plink_files(bed, suffix, content, message):
    bed.with_suffix(suffix).write_bytes(content)
    with pytest.raises(InputError, match=message):
        read(open_genotypes(str(bed)))


@pytest.mark.parametrize(
    "header", ["FID IID PAT MAT SEX PHENO", "#FID IID PAT MAT SEX PHENO1", "fid\tiid\tpat\tmat\tsex"]
)
def test_a_header_of_a_fam_is_no_person(bed, header):
    """Three and four people fill equally many bytes, so that one more would have the genotypes of the next."""
    bed.with_suffix(".fam").write_text(f"{header}\na a 0 0 1 1\nb b 0 0 2 1\nc c 0 0 0 1\n")
    source = open_genotypes(str(bed))
    assert source.samples.ids.tolist() == ["a", "b", "c"]
    assert source.samples.sex.tolist() == [1, 2, 0]


# what a .bim says, and its chromosome and position: R's and pandas' numbers; plink2 ignores variants below 0
@pytest.mark.parametrize(
    ("chrom", "pos", "place"),
    [("21", "1e+05", ("21", 100_000)), ("21.0", "600.0", ("21", 600)), ("21", "-5", ("21", 0)), ("Mt", "7", ("MT", 7))],
)
def test_places_as_other_programs_write_them(bed, chrom, pos, place):
    bed.with_suffix(".bim").write_text(f"{chrom} rs1 0 {pos} A G\n" * 3)
    [block] = open_genotypes(str(bed)).all_blocks()
    assert (block.variants.chrom[0], block.variants.pos[0]) == place


@pytest.mark.parametrize("suffix", [".bim", ".fam"])
def test_a_file_that_is_absent_is_named(bed, suffix):
    bed.with_suffix(suffix).unlink()
    with pytest.raises(InputError, match=rf"x\.bed: x{suffix} is not beside it; put it there"):
        open_genotypes(str(bed))


def test_ids_that_repeat_across_families(bed):
    bed.with_suffix(".fam").write_text("a 1 0 0 1 -9\nb 1 0 0 2 -9\nb 2 0 0 0 -9\nc 3 0 0 0 -9\n")
    samples = open_genotypes(str(bed)).samples
    assert samples.ids.tolist() == ["a_1", "b_1", "b_2", "c_3"]
    assert samples.families.tolist() == ["a", "b", "b", "c"]
    assert samples.sex.tolist() == [1, 2, 0, 0]


@pytest.mark.parametrize(
    ("psam", "ids", "families", "sex"),
    [
        ("#IID\tSEX\np1\t1\np2\tF\np3\tNA\np4\t2\n", ["p1", "p2", "p3", "p4"], ["0"] * 4, [1, 2, 0, 2]),
        ("##x\n#FID IID\nf p1\nf p2\ng p3\ng p4\n", ["p1", "p2", "p3", "p4"], ["f", "f", "g", "g"], [0] * 4),
        ("IID SEX\np1 1\np2 2\np3 0\np4 x\n", ["p1", "p2", "p3", "p4"], ["0"] * 4, [1, 2, 0, 0]),
        ("FID IID\nf p1\nf p2\ng p3\ng p4\n", ["p1", "p2", "p3", "p4"], ["f", "f", "g", "g"], [0] * 4),
        ("p1\np2\np3\np4\n", ["p1", "p2", "p3", "p4"], ["0"] * 4, [0] * 4),
        ("ID missing sex\n0 0 D\np1 0 1\np2 0 2\np3 0 0\np4 0 NA\n", ["p1", "p2", "p3", "p4"], ["0"] * 4, [1, 2, 0, 0]),
    ],
)
def test_lists_of_people(bed, tmp_path, psam, ids, families, sex):
    (tmp_path / "people.txt").write_text(psam)
    samples = open_genotypes(str(bed), samples=f"{tmp_path}/people.txt").samples
    assert (samples.ids.tolist(), samples.families.tolist(), samples.sex.tolist()) == (ids, families, sex)


def test_a_list_of_people_in_another_order_is_refused(bed, tmp_path):
    (tmp_path / "people.txt").write_text("p2\np1\np3\np4\n")
    with pytest.raises(
        InputError, match=r"people\.txt: person 1 is p2, but p1 in x\.fam; list the people in the order"
    ):
        open_genotypes(str(bed), samples=f"{tmp_path}/people.txt")


def test_bad_pgen_files(shared, tmp_path):
    source = shared / "data/regenie_example"
    for suffix in (".pgen", ".pvar", ".psam"):
        (tmp_path / f"x{suffix}").write_bytes((source / f"example{suffix}").read_bytes())
    (tmp_path / "x.psam").write_text("#IID\np1\n")
    with pytest.raises(InputError, match=r"x\.pgen: genotypes of 500 people, but the files beside it name 1; give"):
        open_genotypes(f"{tmp_path}/x")
    (tmp_path / "x.psam").write_bytes((source / "example.psam").read_bytes())
    (tmp_path / "x.pvar").write_text("#CHROM POS ID REF ALT\n1 1 a A G\n")
    with pytest.raises(InputError, match=r"x\.pgen: genotypes of 1000 variants, but the files beside it name 1; give"):
        open_genotypes(f"{tmp_path}/x")
    (tmp_path / "x.pvar").write_text("#CHROM POS ID REF\n1 1 a A\n")
    with pytest.raises(InputError, match=r"x\.pvar: line 1: columns are #CHROM POS ID REF, expected"):
        open_genotypes(f"{tmp_path}/x")
    (tmp_path / "x.pgen").write_bytes(b"no genotypes")
    with pytest.raises(InputError, match=r"x\.pgen: begins with 6e6f20, expected 6c1b: a \.pgen file"):
        open_genotypes(f"{tmp_path}/x")


def test_a_pgen_that_is_cut(shared, tmp_path):
    source = shared / "data/regenie_example"
    for suffix in (".pvar", ".psam"):
        (tmp_path / f"x{suffix}").write_bytes((source / f"example{suffix}").read_bytes())
    (tmp_path / "x.pgen").write_bytes((source / "example.pgen").read_bytes()[:40_000])
    with pytest.raises(InputError, match=r"x\.pgen: .*cannot be read"):
        read(open_genotypes(f"{tmp_path}/x"), "1")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.bed", "no such file; check"),
        ("none", "no such file; check"),
        ("a.docx", "of no known format; expected .bed"),
        ("a.PED", r"a\.PED: of no known format \(plink1\.9 --file PREFIX --make-bed --out PREFIX makes a \.bed\); exp"),
        ("a.pvar", r"a\.pvar: of no known format \(give the \.pgen that belongs to it\)"),
    ],
)
def test_what_is_no_genotype_file(tmp_path, name, message):
    for there in ("a.docx", "a.PED", "a.pvar"):
        (tmp_path / there).write_bytes(b"x")
    with pytest.raises(InputError, match=message):
        open_genotypes(f"{tmp_path}/{name}")


def by_chromosome(folder, matrix, *names):
    for name in names:
        write_plink(matrix, folder / f"c{name}")
        text = "".join(f"{name} rs{row} 0 {row + 5} A G\n" for row in range(3))
        (folder / f"c{name}.bim").write_text(text)
    return f"{folder}/c{{chrom}}"


def test_one_file_a_chromosome(matrix, tmp_path):
    pattern = by_chromosome(tmp_path, matrix, "10", "2", "X", "chr1")
    (tmp_path / "cold.bed").write_bytes(b"another file")
    for end in ("", ".bed"):
        source = open_genotypes(f"{pattern}{end}")
        assert source.chromosomes() == ("1", "2", "10", "X")
        assert read(source, "10") == [matrix.dosages.tolist()]
    with pytest.raises(InputError, match=r"no file of chromosome 5; there is one of 1, 2, 10, X"):
        read(source, "5")


def test_files_of_other_chromosomes(matrix, tmp_path):
    pattern = by_chromosome(tmp_path, matrix, "1", "2")
    (tmp_path / "c2.bim").write_text("3 a 0 5 A G\n3 b 0 6 A G\n3 c 0 7 A G\n")
    with pytest.raises(InputError, match=r"c2\.bed: variants of chromosome 3, but the file's name says 2"):
        read(open_genotypes(pattern), "2")


@pytest.mark.parametrize(
    ("fam", "message"),
    [
        ("".join(f"p{n} p{n} 0 0 0 1\n" for n in (1, 3, 2, 4)), "person 2 is p2 in one and p3 in the other; give"),
        ("".join(f"p{n} p{n} 0 0 0 1\n" for n in (1, 2, 3)), "4 and 3 people; give files of one cohort"),
    ],
)
def test_files_of_other_people(matrix, tmp_path, fam, message):
    pattern = by_chromosome(tmp_path, matrix, "1", "2")
    (tmp_path / "c2.fam").write_text(fam)
    with pytest.raises(InputError, match=rf"c1\.bed and .*c2\.bed have other people: {message}"):
        open_genotypes(pattern)


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("none{chrom}.bed", r"none.chrom.\.bed: no such files; check the folder"),
        ("none{chrom}", r"none.chrom.: no such files, or of no known format"),
        ("{chrom}/c{chrom}.bed", r"expected .chrom. once, in the file's name"),
    ],
)
def test_patterns_that_fit_nothing(tmp_path, location, message):
    with pytest.raises(InputError, match=message):
        open_genotypes(f"{tmp_path}/{location}")


def test_two_files_of_one_chromosome(matrix, tmp_path):
    pattern = by_chromosome(tmp_path, matrix, "1", "01")
    with pytest.raises(InputError, match=r"c01\.bed and c1\.bed are both of chromosome 1; keep one"):
        open_genotypes(f"{pattern}.bed")
