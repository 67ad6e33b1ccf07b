import pytest

from gtl.errors import InputError
from gtl.report.ladder import judged, judged_share, ladder_views
from tests.unit.report.sweeps import tables


def test_each_cell_has_its_settings_and_what_is_recommended():
    cells = ladder_views(tables()).cells.set_index(["variance", "correlation"])
    same, unrelated = cells.loc[(0.3, 1)], cells.loc[(0.3, 0)]
    assert (same["recommended"], unrelated["recommended"]) == ("Polygenic score", "")
    assert (same["gain"], same["gap"]) == pytest.approx((0.12, 0.04))
    assert unrelated["gain"] == pytest.approx(-0.01)  # one of three follows a verdict that costs 3 points
    assert (same["small"], same["ceiling"]) == (100, pytest.approx(0.685, abs=5e-4))


def test_the_goal_is_a_gain_clear_of_0_near_the_oracle():
    goal = ladder_views(tables()).cells.set_index(["variance", "correlation"])["goal"].to_dict()
    assert goal == {(0.1, 1): None, (0.1, 0): None, (0.3, 1): True, (0.3, 0): None}
    for missed in ({"gain": 0.07}, {"oracle": 0.18}):
        goal = ladder_views(tables(**missed)).cells.set_index(["variance", "correlation"])["goal"]
        assert goal[0.3, 1] is False


def test_unrelated_effects_are_counted_over_all_their_cells():
    views = ladder_views(tables())
    # Of the 2 x 3 repetitions at correlation 0 one recommends transfer, and it costs 3 points there: 1 a repetition.
    found = views.over_cells(views.unrelated)
    assert (found["repetitions"], found["recommended"], found["worst"]) == (6, 1, pytest.approx(-0.01))
    assert (found["followed"], found["followed_gain"].value) == (1, pytest.approx(-0.03))
    # The two cells have one seed, so their repetitions share people: three clusters, one with 1 of 2.
    assert found["independent"] == 3
    assert found["low"] < 0.030 < 0.564 < found["high"]  # wider than Wilson's for 1 of 6
    assert judged_share(found) == "undecided"


def test_cells_with_other_causal_snps_are_apart_from_those_with_the_same():
    views = ladder_views(tables())
    found = views.over_cells(views.elsewhere)
    assert (found["repetitions"], found["recommended"], found["low"], found["worst"]) == (3, 0, 0.0, 0.0)
    assert (len(views.cells), set(views.methods["study"])) == (4, set(views.cells["study"]))


def test_judged_methods_are_those_that_can_be_chosen():
    assert set(judged(ladder_views(tables()).methods)["method"]) == {"deep_transfer", "polygenic_score"}


def test_another_sweep_is_no_ladder():
    with pytest.raises(InputError, match=r"does not vary cohorts\.small"):
        ladder_views({**tables(), "results": tables()["results"].drop(columns="cohorts.small")})
