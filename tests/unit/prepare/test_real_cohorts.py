"""Real files: HapMap 2 (placeholders A/B), BridgePRS (letters) and regenie's example (placeholders 1/2)."""

import numpy as np
import pytest

from gtl.config.learning import QualityControlConfig
from gtl.errors import InputError
from gtl.prepare.frequencies import Likeness, frequency_check
from gtl.prepare.funnel import funnel_text
from gtl.prepare.matching import match_variants
from gtl.prepare.overlap import check_overlap
from gtl.prepare.variant_quality import check_variants
from tests.unit.prepare.tables import complemented, counted, swapped

BOUNDS = QualityControlConfig()


@pytest.fixture(scope="module")
def hapmap(shared):
    folder = shared / "data" / "hapmap2_ceu_yri_lcl"
    return [counted(*(folder / f"{people}_chr{chrom}" for chrom in (21, 22))) for people in ("ceu60", "yri60")]


@pytest.fixture(scope="module")
def bridgeprs(shared):
    folder = shared / "data" / "bridgeprs"
    return [counted(*(folder / f"pop_{name}/genotypes/chr{chrom}" for chrom in (21, 22))) for name in ("EUR", "AFR")]


def matched(large, small):
    sides = [check_variants(table, people, BOUNDS) for table, people in (large, small)]
    found = match_variants(*sides)
    check_overlap(*sides, found.funnel)
    return found


def test_ceu_and_yri_of_hapmap(hapmap):
    found = matched(*hapmap)
    assert funnel_text(found.funnel).splitlines() == [
        "large: 52,486 read -> 45,779 usable (6,707 monomorphic) -> 45,779 matched -> 41,769 kept (4,010 monomorphic "
        "in the small population)",
        "small: 52,486 read -> 48,476 usable (4,010 monomorphic) -> 48,476 matched -> 41,769 kept (6,707 monomorphic "
        "in the large population)",
    ]
    check = frequency_check(found.frequencies)
    assert check.correlation == pytest.approx(0.664, abs=5e-4)
    assert check.likeness is Likeness.AGREE


def test_eur_and_afr_of_bridgeprs_whatever_the_strand_and_the_counted_allele(bridgeprs):
    (large, n_large), (small, n_small) = bridgeprs
    plain = matched((large, n_large), (small, n_small)).shared
    flip, strand = np.arange(0, len(small), 3), np.arange(0, len(small), 2)
    turned = matched((large, n_large), (swapped(complemented(small, strand), flip), n_small)).shared
    assert len(plain) > 700
    assert turned["rsid"].tolist() == plain["rsid"].tolist()
    counts_other = turned["small_flip"] != plain["small_flip"]
    assert counts_other.tolist() == plain["rsid"].isin(small["rsid"].iloc[flip]).tolist()


def test_regenie_example_against_itself_with_the_other_allele_counted(shared):
    table, people = counted(shared / "data" / "regenie_example" / "example")
    found = matched((table, people), (swapped(table), people))
    assert found.shared["small_flip"].all()
    assert len(found.shared) == len(table)
    assert frequency_check(found.frequencies).correlation == pytest.approx(1)


def test_placeholders_against_letters_are_named(hapmap):
    (large, n_large), (small, n_small) = hapmap
    letters = small.assign(ref="G", alt="T").astype({"ref": "str", "alt": "str"})
    with pytest.raises(InputError, match=r"A and B in the large population, letters of the genome in the small one"):
        matched((large, n_large), (letters, n_small))


def test_another_build_is_named(bridgeprs):
    (large, n_large), (small, n_small) = bridgeprs
    with pytest.raises(InputError, match=r"different genome builds: .* the same rs id but another position"):
        matched((large, n_large), (small.assign(pos=small["pos"] + 12_345), n_small))
