import pytest

from gtl.config.sweep import load_sweep, sweep_preset
from gtl.errors import InputError

SWEEP = """
name: mine
study:
  preset: quick
  seed: 3
grids:
  size:
    cohorts.large: [2600]
    phenotypes.effect_correlation: [1.0, -0.5]
  rule:
    preselection.rule: [p-value, mutation-difference]
    association.plots: [true, false]
"""


@pytest.fixture
def write(tmp_path):
    def made(text):
        file = tmp_path / "sweep.yaml"
        file.write_text(text)
        return file

    return made


def test_every_combination_is_a_study_with_a_readable_name(write):
    cells = load_sweep(write(SWEEP)).cells()
    assert [cell.study.name for cell in cells] == [
        "mine-size-effect_correlation-1p0",
        "mine-size-effect_correlation-m0p5",
        "mine-rule-rule-pmvalue-plots-true",
        "mine-rule-rule-pmvalue-plots-false",
        "mine-rule-rule-mutationmdifference-plots-true",
        "mine-rule-rule-mutationmdifference-plots-false",
    ]
    assert {cell.study.seed for cell in cells} == {3}
    assert cells[1].study.phenotypes.effect_correlation == -0.5


def test_every_cell_says_what_varies_anywhere(write):
    cells = load_sweep(write(SWEEP)).cells()
    assert cells[1].varied == {
        "cohorts.large": 2600, "phenotypes.effect_correlation": -0.5, "preselection.rule": "p-value",
        "association.plots": True,
    }  # fmt: skip
    assert cells[5].varied["association.plots"] is False
    assert cells[5].varied["phenotypes.effect_correlation"] == 1.0


def test_overrides_change_the_base_and_grids_win(write):
    cells = load_sweep(write(SWEEP), ["training.epochs=3", "phenotypes.effect_correlation=0.2"]).cells()
    assert {cell.study.training.epochs for cell in cells} == {3}
    assert [cell.study.phenotypes.effect_correlation for cell in cells[:3]] == [1.0, -0.5, 0.2]


def test_paths_in_grids_are_relative_to_the_file_and_names_do_not_say_where_it_lies(write, tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    file = write(
        "name: m\nstudy: {panel: {source: oxford, hap_large: a, hap_small: b, legend: ../c, genetic_map: d}}\n"
        "grids: {g: {panel.hap_large: [x/a.hap, ../b.hap], panel.legend_small: [null, /e]}}\n"
    )
    cells = load_sweep(file).cells()
    assert [(cell.study.panel.hap_large, cell.study.panel.legend_small) for cell in cells] == [
        (str(tmp_path / "x/a.hap"), None), (str(tmp_path / "x/a.hap"), "/e"),
        (str(tmp_path.parent / "b.hap"), None), (str(tmp_path.parent / "b.hap"), "/e"),
    ]  # fmt: skip
    assert cells[0].study.panel.hap_small == str(tmp_path / "b")
    assert cells[2].study.name == "m-g-hap_large-pp_bphap-legend_small-null"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("cohorts.large", "cohorts.lage", "cohorts.lage is no setting to vary"),
        ("cohorts.large", "name", "name is no setting to vary"),
        ("cohorts.large", "cohorts", "cohorts is no setting to vary"),
        ("[2600]", "[9]", "cell mine-size-.*= 2600, but cohorts.large is 9"),
        ("[2600]", "[]", "grids.size.cohorts.large: List should have at least 1 item"),
        ("1.0, -0.5", "0.5, 0.5", "more than one cell is called mine-size-effect_correlation-0p5"),
        ("1.0, -0.5", "1.0, 7", "effect_correlation: .*less than or equal to 1"),
        ("seed: 3", "sed: 3", "study: unknown field sed; did you mean seed?"),
        ("grids:", "grid:", "has the sections name, study and grids; got name, study, grid"),
        ("grids:", "folder: /etc\ngrids:", "has the sections name, study and grids; got name, study, folder, grid"),
        (
            "study:\n  preset: quick\n  seed: 3\n",
            "study: a.yaml\n",
            "study: expected the settings .*got 'a.yaml'",
        ),
        ("name: mine", "name: My sweep", "name: 'My sweep' is not a name of lower-case letters"),
        ("name: mine", "name: 7", "name: expected text, got 7; put it in quotes"),
        ("  rule:", "  size:", "line 10: size is there already, in line 7"),
    ],
)
def test_mistakes_are_named(write, old, new, said):
    with pytest.raises(InputError, match=said):
        load_sweep(write(SWEEP.replace(old, new))).cells()


def test_unknown_presets_are_named():
    with pytest.raises(InputError, match="'stairs' does not exist; choose one of ladder"):
        sweep_preset("stairs")


def test_the_ladder_is_the_one_of_the_goals():
    cells = sweep_preset("ladder").cells()
    axes = ("phenotypes.genetic_variance", "phenotypes.effect_correlation", "cohorts.small")
    found = {tuple(cell.varied[axis] for axis in axes) for cell in cells}
    wanted = {(v, r, 100) for v in (0.01, 0.1, 0.2, 0.3, 0.5, 0.8) for r in (1, 0.5, 0)}
    assert found == wanted | {(0.3, r, n) for r in (1, 0.5, 0) for n in (50, 300)}
    for cell in cells:
        assert cell.study.phenotypes.iterations >= 10
        assert cell.study.cohorts.fresh
        assert cell.study.phenotypes.effect_mean == 0


def test_names_of_three_ordinary_settings_are_as_long_as_a_study_s_name_may_be(write):
    grid = """
    phenotypes.effect_correlation: [1.0, 0.5]
    phenotypes.genetic_variance: [0.6, 0.3]
    preselection.rule: [p-value, mutation-difference]
"""
    cells = load_sweep(write(SWEEP[: SWEEP.index("  size:")] + "  settings:" + grid)).cells()
    names = [cell.study.name for cell in cells]
    assert len({*names}) == 8
    assert max(map(len, names)) <= 64
    assert names[0] == "mine-settings-eff_cor-1p0-gen_var-0p6-rul-pmvalue"
    assert names[-1] == "mine-settings-eff_cor-0p5-gen_var-0p3-rul-mutationmdifference"
