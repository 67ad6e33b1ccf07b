"""One stage of the flow as a task: what Airflow hands over reaches the stage's function, once for each draw."""

import re
from pathlib import Path

import pytest

from gtl import stages
from gtl.config import flatten, preset, with_overrides
from gtl.errors import InputError
from gtl.store import ArtifactRef
from operators.methods import ChooseMethodsOperator
from operators.stage import StageOperator, study_of
from tests.operators.conftest import run_task

FILES = [
    "source=files", "files.large.genotypes=a.bed", "files.small.genotypes=b.bed", "roles.repeats=2",
]  # fmt: skip


def ref(name: str) -> ArtifactRef:
    return ArtifactRef(f"studies/mine/{name}", 64 * "0")


def xcom(*names: str) -> list[dict[str, str]]:
    """A repeated stage's output: one reference a draw."""
    return [ref(name).to_json() for name in names]


@pytest.fixture
def ran(monkeypatch, tmp_path):
    """Run a task whose stage writes down what it is called with: ``ran(arguments, **fields)``."""

    def run(arguments, changes=(), **fields):
        calls = []

        def stage(config, store, **given):
            calls.append(given)
            return ref(f"made-{len(calls)}")

        monkeypatch.setattr(stages, "recorded", stage, raising=False)
        monkeypatch.setattr("gtl.stage_numbers.numbers_of", lambda *_: "files: 0")
        config = with_overrides(preset("quick"), [*changes, f"store={tmp_path}"])
        task = StageOperator(task_id="x", stage="recorded", arguments=arguments, **fields)
        return run_task(task, {"params": flatten(config), "outlet_events": {}}), calls

    return run


def test_a_repeated_stage_gives_a_reference_a_draw_and_takes_each_draw_s_own(ran):
    arguments = {
        "code": "height",
        "genotypes": ref("genotypes").to_json(),
        "split": xcom("split-1", "split-2"),
        "methods": {"own_gblup": xcom("own-1", "own-2"), "tca": None},  # tca: left out, so its task was skipped
    }
    made, calls = ran(arguments, FILES, repeated=True)
    assert made == xcom("made-1", "made-2")
    assert calls == [
        {
            "code": "height",
            "genotypes": ref("genotypes"),
            "split": ref(f"split-{draw}"),
            "methods": {"own_gblup": ref(f"own-{draw}"), "tca": None},
            "repeat": draw,
        }
        for draw in (1, 2)
    ]


def test_a_stage_that_is_not_repeated_takes_the_first_draw(ran):
    made, calls = ran({"split": xcom("split-1", "split-2"), "code": "height"}, FILES)
    assert made == ref("made-1").to_json()
    assert calls == [{"split": ref("split-1"), "code": "height"}]


def test_a_study_of_simulated_people_has_one_draw(ran):
    made, calls = ran({"split": xcom("split-1")}, repeated=True)
    assert made == xcom("made-1")
    assert calls == [{"split": ref("split-1"), "repeat": 1}]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (ref("a").to_json(), ["a"]),  # Airflow hands over a lone instance's output bare
        (xcom("a", "b"), ["a", "b"]),  # two instances, or two draws of a lone one
        ([xcom("a", "b"), xcom("c", "d")], ["a", "b", "c", "d"]),
    ],
)
def test_the_last_stages_get_one_list_of_all_instances_and_draws(ran, given, expected):
    _, calls = ran({"scores": given, "results": ref("r").to_json()}, FILES, gathered=("scores",))
    assert calls == [{"scores": [ref(name) for name in expected], "results": ref("r")}]


def test_the_log_says_whether_an_artefact_was_made_or_found_and_where_it_lies(monkeypatch, tmp_path, caplog):
    def write_report(config, store, **given):
        return store.run("studies/quick/report", lambda out: out.write_text("report.html", "x"), params={})

    monkeypatch.setattr(stages, "recorded", write_report, raising=False)
    config = with_overrides(preset("quick"), [f"store={tmp_path}"])
    logs = []
    for _ in range(2):
        task = StageOperator(task_id="x", stage="recorded")
        monkeypatch.setattr(task.log, "info", lambda text, *given: logs.append(text % given))
        run_task(task, {"params": flatten(config), "outlet_events": {}})
    numbers, first, _, second = (line for line in logs if line.startswith("recorded: "))
    assert numbers == "recorded: files: 1 (1 bytes)"
    made = re.fullmatch(
        rf"recorded: computed in [0-9.]+ s \([0-9.]+ CPU-s\): ({tmp_path}/studies/quick/report/.*)", first
    )
    assert re.search("found finished, made [0-9-]+ [0-9:]+ UTC from the same settings and inputs: /", second)
    assert made
    assert Path(made[1]).read_text() == "x"  # the address is that of the page


def test_a_section_in_one_piece_keeps_its_other_fields_and_an_unknown_field_is_named(ran, tmp_path):
    params = flatten(preset("quick")) | {"training": {"epochs": 3}}
    config = study_of({"params": params})
    assert config.training.epochs == 3
    assert config.training.networks == preset("quick").training.networks
    with pytest.raises(InputError, match=r"unknown field training\.epoch; did you mean training\.epochs"):
        study_of({"params": params | {"training": {"epoch": 3}}})


def test_an_unknown_method_is_a_mistake_and_not_a_fault():
    chooser = ChooseMethodsOperator(task_id="choose", tasks={"no_transfer": StageOperator(task_id="a", stage="b")})
    params = flatten(preset("quick")) | {"transfer.methods": ["guess"]}
    with pytest.raises(InputError, match=r"transfer\.methods: no method 'guess'; there are no_transfer"):
        chooser.choose_branch({"params": params})
