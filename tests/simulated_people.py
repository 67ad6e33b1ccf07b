"""People with known kinship: independent variants, children by Mendel's laws."""

import numpy as np

from gtl.domain.genotypes import GenotypeMatrix, Variants


def variants(n, chrom="1", spacing=1_000):
    """``n`` variants of one chromosome, or of as many as ``chrom`` names."""
    chroms = np.array([chrom] * n if isinstance(chrom, str) else chrom, dtype=object)
    pos = np.arange(1, n + 1, dtype=np.int64) * spacing
    rsid = np.array([f"rs{number}" for number in range(n)], dtype=object)
    return Variants(chroms, pos, rsid, np.full(n, "A", dtype=object), np.full(n, "C", dtype=object))


def matrix(dosages, samples=None, chrom="1"):
    dosages = np.asarray(dosages)
    dosages = dosages.astype(np.int8) if dosages.dtype.kind in "iu" else dosages.astype(np.float32)
    samples = [f"p{number}" for number in range(dosages.shape[1])] if samples is None else samples
    return GenotypeMatrix(variants(len(dosages), chrom), np.array(samples, dtype=object), dosages)


def strangers(rng, n_people, frequency):
    """(n_variants, n_people, 2) alleles of unrelated people."""
    return (rng.random((len(frequency), n_people, 2)) < frequency[:, None, None]).astype(np.int8)


def child(rng, mother, father):
    """(n_variants, 2) alleles, one of either parent's two."""
    own = [np.take_along_axis(parent, rng.integers(0, 2, (len(parent), 1)), axis=1) for parent in (mother, father)]
    return np.concatenate(own, axis=1)


def family(rng, frequency, n_strangers=20):
    """Genotypes of strangers s0.., the mother, her two children by one father, one by another, a grandchild, a twin."""
    alleles = strangers(rng, n_strangers + 4, frequency)
    mother, father, other, wife = (alleles[:, -place] for place in (4, 3, 2, 1))
    first, second, half = child(rng, mother, father), child(rng, mother, father), child(rng, mother, other)
    grandchild = child(rng, first, wife)
    named = {"mother": mother, "first": first, "second": second, "half": half, "grandchild": grandchild, "twin": second}
    people = [*(alleles[:, place] for place in range(n_strangers)), *named.values()]
    names = [*(f"s{number}" for number in range(n_strangers)), *named]
    return matrix(np.stack(people, axis=1).sum(axis=2, dtype=np.int8), names)


def with_missing(people, rng, share):
    dosages = people.dosages.copy()
    dosages[rng.random(dosages.shape) < share] = -1
    return GenotypeMatrix(people.variants, people.samples, dosages)
