from dataclasses import replace

import pytest

from gtl.evaluate.likeness import LikenessCheck
from gtl.report.likeness_text import likeness_text

NOBODY = LikenessCheck(snps=697, people=10_150, drawn=10_150, recall=1.0, highest=0.936, alike=0, expected=0.002)
BY_CHANCE = replace(NOBODY, people=50_110, drawn=50_110, highest=1.0, alike=9, expected=19.84)


def test_nobody_twice():
    assert likeness_text([NOBODY]) == (
        "Nobody was found to be in the study twice: of 10,150 people, compared at 697 common SNPs, the two most alike "
        "agree at 93.6 % of alleles (one person twice: 98 % or more)."
    )


def test_of_several_sets_of_cohorts_the_most_alike_people_are_described():
    said = likeness_text([NOBODY, replace(NOBODY, highest=0.951)])
    assert said.startswith("Nobody was found to be in any of the 2 sets of cohorts twice: ")
    assert "95.1 %" in said


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (BY_CHANCE, "of 50,110 people, compared at 697 common SNPs, 9 pairs agree at 98 % of alleles or more, and by "
                    "chance some 20 would."),
        (replace(BY_CHANCE, drawn=2048, alike=1, expected=0.06), "of 2,048 drawn from 50,110 people, compared at 697 "
         "common SNPs, 1 pair agrees at 98 % of alleles or more, and by chance some 0.06 would."),
        (replace(BY_CHANCE, alike=0), "no pairs agree at 98 %"),
        (replace(NOBODY, snps=12), "cannot be told from the genotypes: 12 SNPs are common enough to compare people at "
                                   "(30 are needed)."),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_said(check, said):
    text = likeness_text([NOBODY, check])
    assert text.startswith(
        "Whether somebody is in one of the 2 sets of cohorts twice cannot be told from the genotypes"
    )
    assert said in text
