import math

from gtl.config.learning import SelectionConfig
from gtl.report.sweep import sweep_lines
from tests.unit.report.sweeps import tables


def test_a_line_a_study():
    lines = sweep_lines(tables(), SelectionConfig()).set_index("study")
    assert lines.index.tolist() == ["s-0.1-1.0", "s-0.1-0.0", "s-0.3-1.0", "s-0.3-0.0", "s-0.3-1.0-elsewhere"]
    pays = lines.loc["s-0.3-1.0"]
    assert (pays["phenotypes"], pays["no_transfer"], pays["recommended"], pays["gain"]) == (
        3,
        50,
        "Polygenic score",
        12,
    )
    assert (pays["recommended_share"], pays["following"]) == (100, 12)
    none = lines.loc["s-0.3-0.0"]
    assert (none["recommended"], none["recommended_share"], none["following"]) == ("do not transfer", 33.3, -1)
    assert math.isnan(none["gain"])
