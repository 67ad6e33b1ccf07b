import numpy as np
import pytest

from gtl.errors import InputError
from gtl.plots import LinkageRegion, ld_heatmap, new_figure


def test_draws_r2_on_a_fixed_scale_with_positions():
    r2 = np.array([[1, 0.25, np.nan], [0.25, 1, np.nan], [np.nan] * 3])
    region = LinkageRegion(r2, np.array([1_000_000, 1_500_000, 1_600_000]), "21")
    figure, ax = new_figure()
    ld_heatmap(region, ax, title="Seen")
    (image,) = ax.get_images()
    np.testing.assert_array_equal(image.get_array().filled(np.nan), r2)
    assert image.get_clim() == (0, 1)
    assert [text.get_text() for text in ax.get_xticklabels()] == ["1.000", "1.500", "1.600"]
    assert ax.get_xlabel() == "SNP, position on chromosome 21 (Mb)"
    assert figure.axes[1].get_ylabel().startswith("r²")


def test_positions_must_fit():
    with pytest.raises(InputError, match=r"3 positions, but r² of shape \(2, 2\)"):
        LinkageRegion(np.eye(2), np.arange(3), "21")
