import pytest

from gtl.errors import InputError
from gtl.formats.summary_statistics.metadata import metadata_beside


def beside(folder, text):
    (folder / "x.tsv-meta.yaml").write_text(text)
    return metadata_beside(folder / "x.tsv.gz")


def test_the_standards_example(shared):
    found = metadata_beside(shared / "data/gwas_ssf/examples/0000123.tsv")
    assert (found.build, found.n, found.cases, found.zero_based) == ("GRCh37", 12345, None, False)
    assert found.trait == "breast carcinoma"


def test_older_files_have_camel_case(tmp_path):
    found = beside(tmp_path, "genomeAssembly: GRCh38\nsamples:\n  - sampleSize: 5\n  - sampleSize: 7\n")
    assert (found.build, found.n) == ("GRCh38", 12)


def test_what_is_not_reported_is_unknown(tmp_path):
    found = beside(tmp_path, "genome_assembly: NR\nsamples:\n  - sample_size: NR\n")
    assert (found.build, found.n) == (None, None)


def test_no_metadata(tmp_path):
    assert metadata_beside(tmp_path / "x.tsv") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [("a: [", "cannot be read as YAML"), ("word", "expected keys"), ("samples: {sample_size: many}", "'many' is no")],
)
def test_faulty_metadata_is_said(text, message, tmp_path):
    with pytest.raises(InputError, match=message):
        beside(tmp_path, text)
