"""Names that a tool sees in place of the study's."""

import numpy as np

from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.engines.anonymous import anonymous_genotypes


def test_dosages_stay_and_names_go():
    names = np.array(["a b", "--c"], dtype=object)
    genotypes = GenotypeMatrix(Variants(names, np.array([7, 7]), names, names, names), names, np.eye(2, dtype=np.int8))
    unnamed = anonymous_genotypes(genotypes)
    assert unnamed.samples.tolist() == ["s0", "s1"]
    assert unnamed.variants.rsid.tolist() == ["v0", "v1"]
    assert unnamed.variants.pos.tolist() == [1, 2]
    assert {*unnamed.variants.chrom, *unnamed.variants.ref, *unnamed.variants.alt} == {"1", "R", "A"}
    assert unnamed.dosages is genotypes.dosages
