"""Indices as bcftools writes them, beside the file that they are of and beside another one."""

import shutil
import subprocess

import pytest

from gtl.errors import InputError
from gtl.formats.sources.vcf import VcfSource
from gtl.formats.sources.vcf_index import index_of

BCFTOOLS = shutil.which("bcftools")
pytestmark = pytest.mark.skipif(BCFTOOLS is None, reason="bcftools is not installed")

HEAD = '##fileformat=VCFv4.2\n##contig=<ID=1>\n##contig=<ID=2>\n##FORMAT=<ID=GT,Number=1,Type=String,Description="G">\n'
COLUMNS = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"]


def bcftools(*arguments):
    subprocess.run([BCFTOOLS, *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture
def whole(tmp_path):
    """1,000 variants of two chromosomes and 50 people: several blocks."""
    people = [f"p{number}" for number in range(50)]
    lines = ["\t".join([*COLUMNS, *people])]
    for row in range(1000):
        chrom, pos = 1 + row // 500, 100 * (1 + row % 500)
        calls = [f"{(row * 7 + person) % 3 // 2}/{(row + person * 5) % 2}" for person in range(50)]
        lines.append("\t".join([str(chrom), str(pos), ".", "A", "G", ".", ".", ".", "GT", *calls]))
    path = tmp_path / "whole.vcf"
    path.write_text(HEAD + "\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize(
    ("name", "form", "kind"), [("x.vcf.gz", "z", "-t"), ("x.vcf.gz", "z", "-c"), ("x.bcf", "b", "-c")]
)
def test_an_index_is_used_with_its_own_file_and_refused_with_another(whole, tmp_path, name, form, kind):
    path = tmp_path / name
    bcftools("view", f"-O{form}", "-o", path, whole)
    bcftools("index", kind, path)
    assert index_of(path) == next(tmp_path.glob(f"{name}.?[bs]i"))
    assert VcfSource(path).chromosomes() == ("1", "2")
    bcftools("view", "-t", "2", f"-O{form}", "-o", path, whole)
    with pytest.raises(InputError, match=rf"{name}\.[tc][bs]i: made of another file than {name} is now.*--force"):
        VcfSource(path).chromosomes()


def test_a_file_that_went_on_after_its_index_is_told(whole, tmp_path):
    path, first = tmp_path / "x.vcf.gz", tmp_path / "first.vcf"
    first.write_text("\n".join(whole.read_text().splitlines()[:700]) + "\n")
    bcftools("view", "-Oz", "-o", path, first)
    bcftools("index", path)
    bcftools("view", "-Oz", "-o", path, whole)
    with pytest.raises(InputError, match="made of another file"):
        index_of(path)


def test_without_an_index_there_is_none(whole):
    assert index_of(whole) is None


def test_what_is_no_index_is_told(whole, tmp_path):
    path = tmp_path / "x.vcf.gz"
    bcftools("view", "-Oz", "-o", path, whole)
    path.with_name("x.vcf.gz.tbi").write_bytes(b"hello")
    with pytest.raises(InputError, match=r"x\.vcf\.gz\.tbi: cannot be read as an index"):
        index_of(path)
