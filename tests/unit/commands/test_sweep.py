import pytest
from typer.testing import CliRunner

from gtl.__main__ import app
from gtl.errors import InputError


@pytest.mark.parametrize("arguments", [[], ["mine.yaml", "--preset", "ladder"]])
def test_a_sweep_has_a_file_or_a_preset(arguments):
    done = CliRunner().invoke(app, ["sweep", *arguments])
    assert isinstance(done.exception, InputError)
    assert str(done.exception) == "give either a sweep file or --preset ladder"


def test_a_page_without_its_studies_says_what_to_run(tmp_path):
    done = CliRunner().invoke(app, ["page", "--store", str(tmp_path), "--to", str(tmp_path / "docs")])
    assert isinstance(done.exception, InputError)
    assert "sweep 'ladder' has no results" in str(done.exception)
    assert "run `gtl sweep`" in str(done.exception)
    assert not (tmp_path / "docs").exists()
