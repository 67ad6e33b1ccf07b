import matplotlib as mpl
import numpy as np
import pandas as pd

from gtl.plots import new_figure, qq, render


def picture():
    figure, ax = new_figure()
    qq(pd.DataFrame({"p_value": np.linspace(0.001, 1, 500)}), ax, title="Seen")
    return render(figure)


def test_same_figure_same_bytes():
    assert picture() == picture()


def test_pictures_hold_no_date_and_no_version():
    made = picture()
    assert made.png.startswith(b"\x89PNG")
    assert b"Software" not in made.png
    assert b"<svg" in made.svg
    assert b"<dc:date>" not in made.svg
    assert mpl.__version__.encode() not in made.svg


def test_points_of_the_svg_are_one_image():
    made = picture()
    assert made.svg.count(b"<image") == 1
    assert len(made.svg) < 200_000


def test_global_settings_stay_as_they_were():
    before = dict(mpl.rcParams)
    picture()
    assert dict(mpl.rcParams) == before
