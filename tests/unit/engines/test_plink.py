"""PLINK's command lines and the edges of its answers that the parity tests on real genotypes do not meet."""

from contextlib import contextmanager

import numpy as np
import pytest

from gtl.config.learning import AssociationTest
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.engines.plink import PlinkAssociation
from gtl.engines.plink.association import association_argv
from gtl.errors import InputError

BEFORE = ["plink1.9", "--bfile", "study", "--allow-no-sex", "--keep-allele-order"]
AFTER = ["--freq", "case-control", "--threads", "1", "--memory", "512", "--out", "out"]

# Two cases and two controls: only cases carry alt; everybody does; one cell empty on each side; nobody is called.
ASSOC = """ CHR SNP BP A1 C_A C_U A2 P OR
 1 v0 1 A 4 0 R 0.02857 NA
 1 v1 2 A 4 4 R 1 NA
 1 v2 3 A 2 0 R 0.4286 NA
 1 v3 4 A NA NA R 1 NA
"""
CALLED = """ CHR SNP A1 A2 MAF_A MAF_U NCHROBS_A NCHROBS_U
 1 v0 A R 1 0 4 4
 1 v1 A R 1 1 4 4
 1 v2 A R 0.5 0 4 4
 1 v3 A R NA NA 0 0
"""


@pytest.mark.parametrize(
    ("test", "options"),
    [
        (AssociationTest.FISHER, ["--assoc", "fisher", "counts"]),
        (AssociationTest.ALLELIC, ["--assoc", "counts"]),
        (AssociationTest.LOGISTIC, ["--assoc", "counts", "--logistic", "--ci", "0.95"]),
    ],
)
def test_command_lines(test, options):
    assert association_argv(test) == [*BEFORE, *options, *AFTER]


@pytest.fixture
def genotypes():
    names = np.array(["rs1", "rs2", "rs3", "rs4"], dtype=object)
    variants = Variants(names, np.arange(4), names, names, names)
    return GenotypeMatrix(variants, names, np.zeros((4, 4), dtype=np.int8))


class Answering:
    """Gives the two tables above; knows whether it was asked."""

    def __init__(self, folder):
        self.folder, self.asked = folder, False

    @contextmanager
    def scratch(self):
        yield self.folder

    def run(self, argv, scratch):
        self.asked = True
        (scratch / "out.assoc.fisher").write_text(ASSOC)
        (scratch / "out.frq.cc").write_text(CALLED)


def test_odds_ratios_with_an_empty_cell(genotypes, tmp_path):
    table = PlinkAssociation(Answering(tmp_path))(genotypes, np.array([1, 1, 0, 0], dtype=np.int8))
    np.testing.assert_array_equal(table["odds_ratio"], [np.inf, np.nan, np.inf, np.nan])
    np.testing.assert_array_equal(table["frequency_case"], [1, 1, 0.5, np.nan])
    np.testing.assert_array_equal(table["frequency_control"], [0, 1, 0, np.nan])
    assert table["rsid"].tolist() == ["rs1", "rs2", "rs3", "rs4"]


@pytest.mark.parametrize(
    ("case", "said"),
    [([1, 1, 1, 1], "4 cases and 0 controls"), ([0, 0, 2, 1], "is 2; expected 1"), ([0, 1], "one value")],
)
def test_unfit_case_status_is_refused_before_anything_runs(genotypes, tmp_path, case, said):
    tool = Answering(tmp_path)
    with pytest.raises(InputError, match=said):
        PlinkAssociation(tool)(genotypes, np.array(case, dtype=np.int8))
    assert not tool.asked
