import numpy as np

from gtl.config import load_study
from gtl.formats.genotype_source import open_genotypes
from gtl.simulate.example import example_cohorts
from gtl.simulate.example_files import write_example
from tests.unit.commands.conftest import SIZE


def test_the_example_is_the_same_every_time(small_example, tmp_path):
    again = write_example(tmp_path / "again", SIZE).parent
    names = sorted(path.name for path in again.iterdir())
    assert names == [
        "README.txt", "asthma.tsv.gz", "asthma.tsv.gz-meta.yaml", "height.tsv.gz", "height.tsv.gz-meta.yaml",
        "large.bed", "large.bim", "large.fam", "large.tsv", "small.tsv", "small.vcf.gz", "statistics.yaml",
        "study.yaml",
    ]  # fmt: skip
    for name in names:
        assert (again / name).read_bytes() == (small_example / name).read_bytes(), name
    assert load_study(again / "study.yaml").name == "example"
    assert load_study(again / "statistics.yaml").recommended == "combined_score"


def test_the_files_hold_the_cohorts(small_example):
    """Alleles in the VCF are partly the other way round, chromosomes are called chr; the genotypes are the same."""
    for cohort, name in zip(example_cohorts(SIZE), ("large.bed", "small.vcf.gz"), strict=True):
        source = open_genotypes(str(small_example / name))
        assert source.samples.ids.tolist() == cohort.genotypes.samples.tolist()
        blocks = [block for chromosome in ("21", "22") for block in source.blocks(chromosome)]
        keys = np.concatenate([block.variants.keys() for block in blocks])
        assert keys.tolist() == cohort.genotypes.variants.keys().tolist()
        alt, dosages = (
            np.concatenate([block.variants.alt for block in blocks]),
            np.concatenate([block.dosages for block in blocks]),
        )
        same = alt == cohort.genotypes.variants.alt
        assert same.all() if name == "large.bed" else 0.6 < same.mean() < 0.8
        expected = np.where(same[:, None], cohort.genotypes.dosages, 2 - cohort.genotypes.dosages)
        np.testing.assert_array_equal(dosages, expected)


def test_nothing_is_overwritten(example, command_line):
    before = {path.name: path.read_bytes() for path in example.iterdir()}
    code, _, err = command_line("example", example)
    assert code == 2
    assert "exists already and is left as it is; name a new or an empty folder" in err
    assert before == {path.name: path.read_bytes() for path in example.iterdir()}


def test_a_folder_that_cannot_be_written_is_refused(tmp_path, command_line):
    (tmp_path / "file").write_text("")
    code, _, err = command_line("example", tmp_path / "file" / "below")
    assert code == 2
    assert "cannot be written" in err


def test_new_drafts_a_study_that_passes_the_check(example, command_line, tmp_path):
    (example / "study.yaml").unlink()
    code, out, err = command_line("new", example)
    assert code == 0, err
    assert "then run `gtl check" in out
    code, out, err = command_line("check", example / "study.yaml", "--store", tmp_path / "results")
    assert code == 0, err
    assert "trait height" in out
    assert "trait asthma" in out
