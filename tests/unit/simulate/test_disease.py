"""Disease SNPs that cannot be, and what cases' anchors look like."""

import numpy as np
import pytest

from gtl.config.genotypes import DiseaseSnp
from gtl.domain.genetic_map import GeneticMap
from gtl.errors import InputError
from gtl.simulate.copying import CopyingModel
from gtl.simulate.disease import disease_rows, draw_case_anchors


def draw(panel, *snps, n_cases=50):
    model = CopyingModel.of(panel, GeneticMap.uniform(1e-6, 10_000), 5000, 0.0)
    return draw_case_anchors(model, panel.variants, snps, n_cases, np.random.default_rng(1))


def test_rows_in_the_order_of_the_settings(make_panel):
    variants = make_panel([[0, 1]] * 4).variants
    assert disease_rows(variants, [DiseaseSnp(position=300), DiseaseSnp(position=100)]).tolist() == [2, 0]


def test_without_mutation_dosages_are_what_the_templates_carry(make_panel):
    panel = make_panel([[0, 1, 1, 0], [0, 0, 0, 1], [1, 1, 0, 0]])
    drawn = draw(panel, DiseaseSnp(position=300), DiseaseSnp(position=100))
    assert drawn.anchors.rows.tolist() == [0, 2]
    copied = panel.alleles[drawn.anchors.rows[:, None], drawn.anchors.templates.T]
    assert (copied[:, 0::2] + copied[:, 1::2] == drawn.dosages).all()
    stayed = ~drawn.anchors.switched[:, 0]
    assert 0 < stayed.sum() < 100
    assert (drawn.anchors.templates[stayed, 0] == drawn.anchors.templates[stayed, 1]).all()


def test_a_risk_so_high_that_every_case_has_two_copies(make_panel):
    snp = DiseaseSnp(position=100, risk_allele=0, heterozygote_risk=1e-12, homozygote_risk=1e12)
    assert (draw(make_panel([[0, 1, 1, 1]]), snp).dosages == 0).all()


@pytest.mark.parametrize(
    ("snps", "message"),
    [
        (
            [DiseaseSnp(position=170)],
            "position 170: no SNP of the panel is there; the nearest is rs200 at position 200",
        ),
        ([DiseaseSnp(position=200), DiseaseSnp(position=200)], "position 200 is named twice"),
        ([DiseaseSnp(position=100, risk_allele=0)], r"rs100 at position 100: allele 0 \(A\) is on none of the 2 haplo"),
        ([DiseaseSnp(position=300)], r"position 300: the panel has 2 SNPs there \(rs300, rs300\)"),
    ],
)
def test_unfit_disease_snps(make_panel, snps, message):
    panel = make_panel([[1, 1], [0, 1], [0, 1], [1, 0]], [100, 200, 300, 300])
    with pytest.raises(InputError, match=message):
        draw(panel, *snps)
