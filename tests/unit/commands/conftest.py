import shutil

import pytest

from gtl.__main__ import main
from gtl.simulate.example import ExampleSize
from gtl.simulate.example_files import write_example
from tests.unit.models.conftest import card, people, predictor, store

__all__ = ["card", "people", "predictor", "store"]

SIZE = ExampleSize(large=120, small=60, snps=200, length=2_000_000)


@pytest.fixture(scope="session")
def small_example(tmp_path_factory):
    """The folder of `gtl example`, with fewer people and SNPs."""
    return write_example(tmp_path_factory.mktemp("small") / "example", SIZE).parent


@pytest.fixture
def example(small_example, tmp_path):
    """A copy of it, to spoil."""
    return shutil.copytree(small_example, tmp_path / "example")


@pytest.fixture
def command_line(monkeypatch, capsys):
    """`gtl` as a shell runs it: arguments → exit code, and what went to stdout and stderr."""

    def call(*arguments):
        monkeypatch.setattr("sys.argv", ["gtl", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return ended.value.code or 0, captured.out, captured.err

    return call
