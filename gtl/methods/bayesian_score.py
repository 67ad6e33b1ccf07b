"""Bayesian score: posterior mean effects of the large population's SNPs, centred on the small one."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gtl.association.counts import check_both_classes
from gtl.domain.trait import TraitKind
from gtl.learn.linear_predictor import LinearPredictor
from gtl.learn.single_effects import sum_of_single_effects
from gtl.methods.base import Candidate, MethodContext
from gtl.methods.training_people import TrainingPeople, at_level_of, candidate_of


@dataclass(frozen=True)
class BayesianScore:
    """Bayesian score that knows linkage disequilibrium: a sum of single effects fitted to individual genotypes.

    Source: :mod:`gtl.learn.single_effects`; as a score across populations: Weissbrod et al. 2022, Nat Genet 54:450
    (weights of SNPs that are likely causal travel better than those of SNPs that only tag them).

    One model, fitted to the large population's training people at all SNPs of its most inclusive sub-dataset; nothing
    is chosen by validation. Like the polygenic score it is centred on the small population's training people, and
    its level is theirs.
    """

    name: str

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """One candidate; none where no SNP was pre-selected."""
        if not context.subsets_large:
            return
        subset, rows = max(context.subsets_large.items(), key=lambda item: len(item[1]))
        large, small = TrainingPeople.of(rows, context.large), TrainingPeople.of(rows, context.small)
        x = large.centred(large.dosages) / large.scale
        varies = np.flatnonzero(x.any(axis=0))
        if large.kind is TraitKind.BINARY:
            check_both_classes(large.case)
        mean = float(large.value.mean())
        weights = np.zeros(len(rows))
        weights[varies] = sum_of_single_effects(x[:, varies], large.value - mean).weights
        if large.kind is TraitKind.BINARY:
            # One unit of probability at the mean is 1 / (p (1 - p)) of log odds.
            weights /= mean * (1 - mean)
        predictor = LinearPredictor.standardised(weights, 0.0, small.means, large.scale, small.means, large.kind)
        yield candidate_of(
            context, self.name, "Sum of single effects", subset, rows, at_level_of(predictor, small), large
        )
