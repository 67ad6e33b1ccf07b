import numpy as np
import pytest

from gtl.errors import InputError
from gtl.formats.oxford import write_sample
from gtl.simulate.phenotypes.outputs import snp_list_text


def test_snp_list() -> None:
    assert snp_list_text(np.array(["rs9", "rs1"], dtype=object)) == "rs9\nrs1\n"
    assert snp_list_text([]) == ""


@pytest.mark.parametrize("name", ["", "a b", "a\n", "\t"])
def test_names_that_would_break_the_columns(name: str, tmp_path) -> None:
    with pytest.raises(InputError, match="expected one word, because white space separates columns"):
        snp_list_text([name])
    with pytest.raises(InputError, match="expected one word"):
        write_sample(np.array([name], dtype=object), tmp_path / "a.sample")
