"""The HAPGEN2 engine against the command line in HAPGEN2's own log and the files of that run."""

import numpy as np
import pytest

from gtl.config.genotypes import CohortsConfig, DiseaseSnp
from gtl.domain.genetic_map import GeneticMap
from gtl.domain.genotypes import Haplotypes, Variants
from gtl.engines import hapgen2
from gtl.engines.hapgen2 import Hapgen2
from gtl.errors import InputError, ToolError
from gtl.formats.oxford import read_gen
from tests.golden.replay import Replay

N_SNPS, N_PEOPLE = 1000, 100


@pytest.fixture
def files(shared):
    return shared / "reference" / "hapgen2"


@pytest.fixture
def panel(files):
    """Haplotypes at the reference run's SNPs; the haplotypes themselves are not part of the reference."""
    rows = [line.split() for line in (files / "legend_file").read_text().splitlines()[1:]]
    rsid, pos, ref, alt = (np.array(column, dtype=object) for column in zip(*rows, strict=True))
    chrom = np.full(N_SNPS, "22; rm -rf /", dtype=object)
    alleles = np.random.default_rng(1).integers(0, 2, (N_SNPS, 112), dtype=np.int8)
    return Haplotypes(Variants(chrom, pos.astype(np.int64), rsid, ref, alt), alleles)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch, tmp_path):
    monkeypatch.setattr(hapgen2, "_SECONDS_APART", 0)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def replay(files, tmp_path, keep_lines=None, seeds=("0.889133",)):
    """HAPGEN2 copies ids, positions and alleles from the legend that it is given; genotypes are those of its run.

    Its summary names one of ``seeds`` after the other.
    """
    log, left = (files / "genotypes_hapgen.summary").read_text(), list(seeds)

    def answer(scratch):
        legend = [line.split() for line in (scratch / "panel.legend").read_text().splitlines()[1:]]
        genotypes = [
            line.split(" ", 5)[5] for line in (files / "genotypes_hapgen.controls.gen").read_text().splitlines()
        ]
        rows = [
            f"snp_{row} {' '.join(names)} {line}\n"
            for row, (names, line) in enumerate(zip(legend, genotypes, strict=True))
        ]
        (scratch / "out.controls.gen").write_text("".join(rows[:keep_lines]))
        (scratch / "out.cases.gen").write_text("")
        (scratch / "out.summary").write_text(log.replace("seed set to 0.889133", f"seed set to {left.pop(0)}"))
        for group in ("controls", "cases"):
            (scratch / f"out.{group}.sample").write_bytes((files / f"genotypes_hapgen.{group}.sample").read_bytes())

    return Replay(tmp_path / "scratch", answer)


def simulate(tool, panel, n_people=N_PEOPLE, **settings):
    genetic_map = GeneticMap.uniform(1.2e-8, 60_000_000)
    rng = np.random.default_rng(settings.pop("order", 1))
    return Hapgen2(tool)(panel, genetic_map, n_people, 11418, CohortsConfig(**settings), rng, "CEU-")


def test_command_line_is_that_of_the_log(files, panel, tmp_path):
    tool = replay(files, tmp_path)
    simulate(tool, panel)
    log = (files / "genotypes_hapgen.summary").read_text()
    logged = next(line for line in log.splitlines() if line.startswith("hapgen2 ")).split()
    asked = dict(zip(tool.argv, tool.argv[1:], strict=False))
    assert {word for word in logged if word.startswith("-")} == {w for w in tool.argv if w.startswith("-")} - {"-Ne"}
    assert tool.argv[tool.argv.index("-n") + 1 :][:2] == logged[logged.index("-n") + 1 :][:2] == ["100", "0"]
    assert (asked["-m"], asked["-l"], asked["-h"], asked["-o"]) == ("panel.map", "panel.legend", "panel.hap", "out")
    assert tool.argv[tool.argv.index("-dl") + 1 :][:4] == ["45162", "1", "1", "1"]
    assert asked["-Ne"] == "11418"  # the default that the log names
    assert "Ne: 11418" in log


def test_genotypes_are_those_of_the_real_files(files, panel, tmp_path):
    made = simulate(replay(files, tmp_path), panel)
    real = read_gen(files / "genotypes_hapgen.controls.gen", files / "genotypes_hapgen.controls.sample", "22")
    np.testing.assert_array_equal(made.genotypes.dosages, real.dosages)
    assert made.genotypes.variants is panel.variants
    assert made.genotypes.samples[[0, 99]].tolist() == ["CEU-1", "CEU-100"]
    assert made.case is None


def test_disease_snps_and_cases(panel):
    snps = (DiseaseSnp(position=45162, heterozygote_risk=1.5, homozygote_risk=2.25), DiseaseSnp(position=72434))
    argv = hapgen2.hapgen2_argv(panel, 60, 40, 17469, CohortsConfig(disease_snps=snps, theta=0.2))
    assert " ".join(argv[argv.index("-n") :]) == (
        "-n 60 40 -dl 45162 1 1.5 2.25 72434 1 1 1 -Ne 17469 -theta 0.2 -no_haps_output"
    )


def test_study_names_reach_neither_command_line_nor_files(files, panel, tmp_path):
    tool = replay(files, tmp_path)
    simulate(tool, panel)
    written = "\n".join([*tool.argv, *tool.inputs.values()])
    assert "rm -rf" not in written
    assert "rs10399749" not in written
    assert tool.inputs["panel.legend"].splitlines()[:2] == ["id position a0 a1", "v0 45162 R A"]
    assert tool.inputs["panel.map"].splitlines() == [
        "position COMBINED_rate(cM/Mb) Genetic_Map(cM)", "0 1.2 0", "60000000 0 72",
    ]  # fmt: skip


def test_a_run_with_another_run_s_seed_is_run_again(files, panel, tmp_path):
    """The clock's second is read after the files, so starts that are apart do not prevent it."""
    simulate(replay(files, tmp_path / "first"), panel)
    second = replay(files, tmp_path / "second", seeds=("0.889133", "0.889133", "0.412345"))
    simulate(second, panel)
    assert second.runs == 3
    third = replay(files, tmp_path / "third", seeds=("0.412345", "0.512345"))
    simulate(third, panel)
    assert third.runs == 2


def test_even_the_same_random_numbers_choose_other_haplotypes(files, panel, tmp_path):
    """On two machines nobody compares seeds; the order of the panel is the study's own."""
    written = []
    for number, order in enumerate((1, 2, 1)):
        tool = replay(files, tmp_path / str(number), seeds=(f"0.{number}",))
        simulate(tool, panel, order=order)
        written.append(tool.inputs["panel.hap"])
    assert written[0] == written[2] != written[1]
    columns = [sorted(zip(*(line.split() for line in text.splitlines()), strict=True)) for text in written]
    assert columns[0] == columns[1]


def test_wrong_number_of_people_is_an_error(files, panel, tmp_path):
    with pytest.raises(ToolError, match="made 100 people, expected 80"):
        simulate(replay(files, tmp_path), panel, n_people=80)


def test_output_that_ends_early_is_an_error(files, panel, tmp_path):
    with pytest.raises(ToolError, match=r"out.controls.gen has 900 SNPs, expected the panel's 1000"):
        simulate(replay(files, tmp_path, keep_lines=900), panel)


def test_absent_output_is_an_error(panel, tmp_path):
    with pytest.raises(ToolError, match=r"out.summary is absent although the tool reported success"):
        simulate(Replay(tmp_path / "scratch", lambda scratch: None), panel)


def test_unknown_disease_snp_is_refused_before_anything_runs(panel, tmp_path):
    tool = Replay(tmp_path / "scratch", lambda scratch: None)
    with pytest.raises(InputError, match="no SNP of the panel is there"):
        simulate(tool, panel, disease_snps=[{"position": 1}])
    assert tool.argv == []
