import numpy as np
import pytest

from gtl.domain.phenotype import PhenotypeTable
from gtl.errors import InputError
from gtl.simulate.phenotypes.outputs import sample_text, snp_list_text


def test_case_status_is_in_the_sample_file() -> None:
    samples = np.array(["YRI-0", "YRI-1", "YRI-2"], dtype=object)
    table = PhenotypeTable.from_liability(samples, np.array([-0.5, 0.0, 0.1]))
    expected = "ID_1 ID_2 missing pheno\n0 0 0 B\nYRI-0 YRI-0 0 0\nYRI-1 YRI-1 0 0\nYRI-2 YRI-2 0 1\n"
    assert sample_text(table) == expected


def test_snp_list() -> None:
    assert snp_list_text(np.array(["rs9", "rs1"], dtype=object)) == "rs9\nrs1\n"
    assert snp_list_text([]) == ""


@pytest.mark.parametrize("name", ["", "two words", "tab\there"])
def test_names_that_would_break_the_columns(name: str) -> None:
    with pytest.raises(InputError, match="expected one word"):
        snp_list_text([name])
    with pytest.raises(InputError, match="expected one word"):
        sample_text(PhenotypeTable.from_liability(np.array([name], dtype=object), np.array([1.0])))
