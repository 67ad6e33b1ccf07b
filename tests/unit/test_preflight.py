import pytest

from gtl.config import StudyConfig
from gtl.errors import InputError
from gtl.preflight import check_settings


def study(tmp_path, **files):
    for name in ("large.hap", "small.hap", "both.legend", "map.txt"):
        (tmp_path / name).write_text("")
    given = {"hap_large": "large.hap", "hap_small": "small.hap", "legend": "both.legend", "genetic_map": "map.txt"}
    paths = {field: str(tmp_path / name) for field, name in (given | files).items()}
    return StudyConfig.model_validate({"panel": {"source": "oxford", **paths}})


def test_a_panel_whose_files_are_there_passes(tmp_path):
    config = study(tmp_path)
    assert check_settings(config) == [str(code) for code in config.codes()]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"hap_small": "none.hap"},
            r"panel\.hap_small: .*none\.hap cannot be read \(No such file or directory\); correct",
        ),
        ({"genetic_map": "."}, r"panel\.genetic_map: .* cannot be read \(Is a directory\)"),
        ({"legend_small": "map.txt/x"}, r"panel\.legend_small: .* cannot be read \(Not a directory\)"),
        ({"legend": "a\0b"}, r"panel\.legend: .* cannot be read \(embedded null byte\)"),
    ],
)
def test_a_file_of_the_panel_that_cannot_be_read_is_found_before_anything_runs(tmp_path, files, said):
    with pytest.raises(InputError, match=said):
        check_settings(study(tmp_path, **files))
