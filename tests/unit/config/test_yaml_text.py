import pytest

from gtl.config import StudyConfig, load_study, with_overrides
from gtl.config.yaml_text import parsed
from gtl.errors import InputError


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: a\ntraining: {epochs: 3}\nseed: 1\ntraining: {dropout: 0.1}\n", "line 4: training .* in line 2"),
        ('cohorts:\n  large: 5\n  "large": 6\n', "line 3: large is there already, in line 2; make the two one"),
        ("a:\n- {b: 1}\n- {b: 1, c: 2, b: 3}\n", "line 3: b is there already, in line 3"),
        ("seed: 1\nname: 2024-13-45\n", "line 2: 2024-13-45 looks like a date, but there is none such; .* quotes"),
        ("name: 2024-02-30", "^study file .*mine.yaml: 2024-02-30 looks like a date"),
        ("seed: !!int x", "x looks like a whole number, but there is none such"),
        ("seed: !!bool x", "x looks like a yes or no"),
        ("name: a\n\tseed: 1\n", "is not YAML: line 2, column 1: .*; lines are moved in by blanks; replace the tabs$"),
        (
            "files:\n  large: {genotypes: l_{chrom}.bed}\n",
            "line 2, column 24: .*; put a name with .* in it in quotes",
        ),
        ("name:a\nseed: 1\n", "line 2, column 5: .*; after the colon of `name: value` comes a blank$"),
        ("a: 1\n---\na: 2\n", "line 2, column 1: but found another document$"),
        ("a: " + "[" * 3000, "is nested too deeply; settings have three levels$"),
        ("a: *b\n", "line 1, column 4: found undefined alias 'b'$"),
    ],
)
def test_what_plain_yaml_drops_or_cannot_make_is_named_with_its_line(tmp_path, text, said):
    (tmp_path / "mine.yaml").write_text(text)
    with pytest.raises(InputError, match=said) as caught:
        load_study(tmp_path / "mine.yaml")
    assert str(tmp_path / "mine.yaml") in str(caught.value)


def test_a_value_of_gigabytes_is_shown_in_short(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 8)}]" for n in range(1, 12)]  # 8 to the 12th x's
    (tmp_path / "mine.yaml").write_text("\n".join([*lines, "name: *a11\n"]))
    with pytest.raises(InputError, match=r"name: Input should be a valid string \(got \[\[\[") as caught:
        load_study(tmp_path / "mine.yaml")
    assert len(str(caught.value)) < 5000


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("name=2024-02-30", "--set 'name=2024-02-30': 2024-02-30 looks like a date"),
        ("training={epochs: 1, epochs: 2}", "epochs: 2}': epochs is there already"),
        ("name=[", "--set 'name=\\[' is not YAML"),
    ],
)
def test_values_of_set_are_read_alike(item, said):
    with pytest.raises(InputError, match=said):
        with_overrides(StudyConfig(), [item])


def test_a_key_that_replaces_a_merged_one_stands_there_once():
    text = "b: {inner: &base {x: 1, y: 1}}\nc: &c {<<: *base, y: 2}\nd: {<<: *c, x: 3}\n"
    assert parsed(text, "here") == {"b": {"inner": {"x": 1, "y": 1}}, "c": {"x": 1, "y": 2}, "d": {"x": 3, "y": 2}}


def test_the_same_key_may_stand_in_two_sections():
    assert parsed("a: {x: 1}\nb: {x: 1}\n", "here") == {"a": {"x": 1}, "b": {"x": 1}}
