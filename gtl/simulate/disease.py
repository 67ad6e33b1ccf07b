"""Cases of a disease: what their two mosaics copy at the disease SNPs, and their genotypes there.

A case's genome has the probability of a population genome times the relative risks of its genotypes at all disease
SNPs. HAPGEN2 draws each disease SNP by itself (independent SNPs in Hardy-Weinberg equilibrium) and grows haplotypes
from there. Here the pair of templates is drawn jointly along all disease SNPs, by a backward recursion over the pairs,
so linked disease SNPs keep the LD that the copying model gives them; with one disease SNP the two are the same.

Relative risks come without a prevalence, so controls are people of the population (the rare-disease convention), as
in HAPGEN2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.config.genotypes import DiseaseSnp
from gtl.domain.genotypes import Variants
from gtl.errors import InputError
from gtl.simulate.copying import CopyingModel
from gtl.simulate.mosaics import Anchors


@dataclass(frozen=True, eq=False)
class CaseAnchors:
    """What cases' mosaics grow from.

    Attributes
    ----------
    anchors : Anchors of 2 n_cases mosaics at the disease SNPs
    dosages : (n_disease_snps, n_cases) int8, cases' alt-allele counts there
    """

    anchors: Anchors
    dosages: npt.NDArray[np.int8]


def disease_rows(variants: Variants, snps: Sequence[DiseaseSnp]) -> npt.NDArray[np.intp]:
    """Rows of the disease SNPs, in the order of ``snps``.

    Raises
    ------
    InputError
        If a position is named twice, or is not that of exactly one SNP of the panel (the nearest one is named).
    """
    positions = [snp.position for snp in snps]
    for position in positions:
        if positions.count(position) > 1:
            raise InputError(f"cohorts.disease_snps: position {position} is named twice; name each disease SNP once")
    return np.array([_row_of(variants, position) for position in positions], dtype=np.intp)


def draw_case_anchors(
    model: CopyingModel, variants: Variants, snps: Sequence[DiseaseSnp], n_cases: int, rng: np.random.Generator
) -> CaseAnchors:
    """Templates and genotypes of ``n_cases`` cases at the disease SNPs.

    Needs n_disease_snps x n_haplotypes^2 x 8 bytes: 115 kB a SNP for 120 haplotypes, 200 MB for 5,000.

    Raises
    ------
    InputError
        If a disease SNP is not in the panel, or its risk allele is on no haplotype of the panel.
    """
    snps = sorted(snps, key=lambda snp: snp.position)
    rows = disease_rows(variants, snps)
    _check_risk_alleles(model, variants, rows, snps)
    copied = model.alleles[:, rows].T
    genotype_weights = [_genotype_weights(snp, model.flip) for snp in snps]
    moved = -np.expm1(-np.diff(model.switches[rows]))
    pair_weights = _pair_weights(copied, genotype_weights, moved)
    pairs, switched = _draw_pairs(pair_weights, moved, n_cases, rng)
    dosages = _draw_dosages(copied, genotype_weights, pairs, rng)
    anchors = Anchors(rows, pairs.reshape(len(rows), 2 * n_cases).T, switched.reshape(len(rows) - 1, 2 * n_cases).T)
    return CaseAnchors(anchors, dosages)


def _row_of(variants: Variants, position: int) -> int:
    rows = np.flatnonzero(variants.pos == position)
    if len(rows) == 1:
        return int(rows[0])
    if len(rows) > 1:
        names = ", ".join(variants.rsid[rows])
        raise InputError(f"disease SNP at position {position}: the panel has {len(rows)} SNPs there ({names})")
    nearest = int(np.argmin(np.abs(variants.pos - position)))
    raise InputError(
        f"disease SNP at position {position}: no SNP of the panel is there; the nearest is "
        f"{variants.rsid[nearest]} at position {variants.pos[nearest]} of chromosome {variants.chrom[nearest]}; "
        "a disease SNP has to be in the panels of both populations"
    )


def _check_risk_alleles(
    model: CopyingModel, variants: Variants, rows: npt.NDArray[np.intp], snps: Sequence[DiseaseSnp]
) -> None:
    for row, snp in zip(rows, snps, strict=True):
        if not (model.alleles[:, row] == snp.risk_allele).any():
            letter = (variants.ref, variants.alt)[snp.risk_allele][row]
            raise InputError(
                f"disease SNP {variants.rsid[row]} at position {snp.position}: allele {snp.risk_allele} ({letter}) "
                f"is on none of the {len(model.alleles)} haplotypes of the panel; take the other one or another SNP"
            )


def _genotype_weights(snp: DiseaseSnp, flip: float) -> npt.NDArray[np.float64]:
    """(2, 2, 3): P(dosage | copied alleles of the two mosaics) times the dosage's relative risk."""
    risks = np.array([1.0, snp.heterozygote_risk, snp.homozygote_risk])[:: 1 if snp.risk_allele else -1]
    alt = np.array([flip, 1 - flip])
    first, second = alt[:, None], alt[None, :]
    probabilities = [(1 - first) * (1 - second), first * (1 - second) + (1 - first) * second, first * second]
    weights: npt.NDArray[np.float64] = np.stack(probabilities, axis=-1) * risks
    return weights


def _pair_weights(
    copied: npt.NDArray[np.int8], genotype_weights: list[npt.NDArray[np.float64]], moved: npt.NDArray[np.float64]
) -> list[npt.NDArray[np.float64]]:
    """(n, n) for each disease SNP: risk of a pair of templates there and, on average, at all SNPs after it."""
    after: npt.NDArray[np.float64] = np.ones((copied.shape[1],) * 2)
    weights = []
    for k in reversed(range(len(copied))):
        own = genotype_weights[k].sum(axis=-1)[np.ix_(copied[k], copied[k])]
        weights.append(own * after / (own * after).max())
        if k:
            after = np.sum(_moves(weights[-1], moved[k - 1]), axis=0)
    return weights[::-1]


def _moves(weights: npt.NDArray[np.float64], moved: float) -> list[npt.NDArray[np.float64]]:
    """Weight of each pair for its next step, by who switches: neither, the first, the second, both."""
    stayed = 1 - moved
    return [
        stayed * stayed * weights,
        moved * stayed * np.broadcast_to(weights.mean(axis=0)[None, :], weights.shape),
        stayed * moved * np.broadcast_to(weights.mean(axis=1)[:, None], weights.shape),
        np.full_like(weights, moved * moved * weights.mean()),
    ]


def _draw_pairs(
    weights: list[npt.NDArray[np.float64]], moved: npt.NDArray[np.float64], n_cases: int, rng: np.random.Generator
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """(n_snps, n_cases, 2) templates, and (n_snps - 1, n_cases, 2): did the mosaic switch on the way."""
    pairs = [_any_pair(weights[0], n_cases, rng)]
    switched = []
    for k in range(1, len(weights)):
        first, second = pairs[-1].T
        who = _draw_columns(np.stack([move[first, second] for move in _moves(weights[k], moved[k - 1])]), rng)
        new = _any_pair(weights[k], n_cases, rng)
        new_first = _draw_columns(weights[k][:, second], rng)
        new_second = _draw_columns(weights[k].T[:, first], rng)
        first = np.choose(who, [first, new_first, first, new[:, 0]])
        second = np.choose(who, [second, second, new_second, new[:, 1]])
        pairs.append(np.stack([first, second], axis=-1))
        switched.append(np.stack([(who & 1) > 0, (who & 2) > 0], axis=-1))
    return np.stack(pairs), np.array(switched, dtype=bool).reshape(len(weights) - 1, n_cases, 2)


def _any_pair(weights: npt.NDArray[np.float64], n_cases: int, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """(n_cases, 2) pairs of templates, drawn in proportion to ``weights``."""
    flat = rng.choice(weights.size, size=n_cases, p=weights.ravel() / weights.sum())
    return np.stack(np.divmod(flat, len(weights)), axis=-1)


def _draw_columns(weights: npt.NDArray[np.float64], rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """A row number for each column, drawn in proportion to the column's weights."""
    reached = np.cumsum(weights, axis=0)
    rows: npt.NDArray[np.intp] = np.argmax(reached > rng.random(weights.shape[1]) * reached[-1], axis=0)
    return rows


def _draw_dosages(
    copied: npt.NDArray[np.int8],
    genotype_weights: list[npt.NDArray[np.float64]],
    pairs: npt.NDArray[np.intp],
    rng: np.random.Generator,
) -> npt.NDArray[np.int8]:
    drawn = [
        _draw_columns(weights[alleles[pair[:, 0]], alleles[pair[:, 1]]].T, rng)
        for alleles, weights, pair in zip(copied, genotype_weights, pairs, strict=True)
    ]
    return np.array(drawn, dtype=np.int8)
