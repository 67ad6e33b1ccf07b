"""Sizes of sub-datasets beside the paper's tables 1 and 2, and the thresholds that would give the paper's medians.

    python -m benchmarks.preselection_sizes [panels]

Each panel (seeds 1, 2, ...) is that of the `paper` preset, with its cohorts, 8 phenotypes, quality control and splits.
A fitted threshold is the median over phenotypes of the score that lets the paper's median number of SNPs through; the
defaults of ``gtl.config.learning.PreselectionConfig`` are these, to 2 significant digits.
"""

import sys
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from gtl.association import associate
from gtl.config import StudyConfig, preset
from gtl.config.learning import PreselectionConfig, PreselectionRule
from gtl.domain.cohort import Population
from gtl.domain.genotypes import GenotypeMatrix
from gtl.domain.phenotype_code import PhenotypeCode
from gtl.learn.preselect import passes, scores_of, thresholds_of
from gtl.learn.splits import split_samples
from gtl.prepare.call_counts import CallCounts
from gtl.prepare.variant_quality import check_variants
from gtl.random_streams import stream
from gtl.simulate.genotypes import simulate_cohort
from gtl.simulate.panel import build_panel
from gtl.simulate.phenotypes.people import PeopleInMemory
from gtl.simulate.phenotypes.study import simulate_study_phenotypes

Scores = dict[tuple[PreselectionRule, Population], list[npt.NDArray[np.float64]]]

# Rows YRI_5_1 ... YRI_10_4 and CEU_5_1 ... CEU_10_4; YRI_10_1 has one entry less, taken as an empty first one.
TABLE_1 = np.array([
    [3, 6, 14, 32, 51, 105, 154, 236, 287, 435, 822, 1112, 1803],
    [1, 4, 7, 26, 28, 60, 65, 192, 233, 314, 662, 935, 1868],
    [0, 1, 10, 21, 38, 67, 116, 202, 239, 436, 728, 995, 1616],
    [4, 5, 24, 83, 127, 153, 193, 255, 295, 487, 732, 1048, 1729],
    [0, 2, 7, 18, 47, 91, 137, 180, 345, 422, 551, 1086, 1899],
    [7, 11, 12, 67, 136, 171, 248, 279, 494, 563, 656, 1158, 2032],
    [3, 5, 13, 43, 65, 103, 130, 146, 341, 431, 590, 1110, 1974],
    [1, 3, 20, 36, 75, 109, 179, 264, 312, 561, 913, 1282, 2130],
])  # fmt: skip
TABLE_2 = np.array([
    [17, 18, 48, 154, 193, 1135, 1196, 3421, 4901, 6629],
    [0, 4, 18, 74, 89, 949, 987, 3551, 4867, 6583],
    [0, 4, 10, 73, 80, 921, 1016, 3411, 4780, 6641],
    [0, 1, 28, 101, 126, 932, 969, 3438, 4718, 6751],
    [1, 2, 20, 96, 101, 809, 894, 3485, 4816, 6601],
    [1, 4, 22, 150, 162, 1005, 1076, 3545, 4999, 6673],
    [1, 5, 134, 243, 296, 1119, 1162, 3732, 5015, 6731],
    [0, 1, 44, 151, 164, 924, 980, 3522, 4962, 6699],
])  # fmt: skip
PAPER = {Population.SMALL: np.median(TABLE_1, axis=0), Population.LARGE: np.median(TABLE_2, axis=0)}


def main(n_panels: int) -> None:
    scores: Scores = {(rule, population): [] for rule in PreselectionRule for population in Population}
    for seed in range(1, n_panels + 1):
        for rule, population, values in _scores(preset("paper").model_copy(update={"seed": seed})):
            scores[rule, population].append(values)
    for rule, population in scores:
        _report(rule, population, scores[rule, population])


def _scores(config: StudyConfig) -> Iterator[tuple[PreselectionRule, Population, npt.NDArray[np.float64]]]:
    people = _people(config)
    populations = [PeopleInMemory(genotypes) for genotypes in people.values()]
    for code in config.codes():
        liability = simulate_study_phenotypes(*populations, config.phenotypes, code, config.seed)
        for population, genotypes in people.items():
            n_people = getattr(config.cohorts, population)
            case = (getattr(liability, population)[:n_people, 0] > config.phenotypes.threshold).astype(np.int8)
            cohort = genotypes.take_samples(slice(0, n_people))
            for rule in PreselectionRule:
                yield rule, population, _training_scores(config, code, population, cohort, case, rule)


def _people(config: StudyConfig) -> dict[Population, GenotypeMatrix]:
    """Both populations at their shared SNPs; the small one with its final cohort, as phenotypes are drawn for both."""
    panel = build_panel(config.panel, config.populations, config.seed)
    cohorts, made = config.cohorts, {}
    for population, haplotypes, other, size, effective_size in (
        (Population.LARGE, panel.large, panel.small, cohorts.large, cohorts.effective_size_large),
        (Population.SMALL, panel.small, panel.large, cohorts.small + cohorts.final, cohorts.effective_size_small),
    ):
        shared = haplotypes.take(np.isin(haplotypes.variants.pos, other.variants.pos))
        rng = stream(config.seed, "genotypes", population)
        cohort = simulate_cohort(shared, panel.genetic_map, size, effective_size, cohorts, rng, population)
        made[population] = cohort.genotypes
    print(f"panel {config.seed}: {len(shared.variants)} shared SNPs", flush=True)
    return made


def _training_scores(
    config: StudyConfig,
    code: PhenotypeCode,
    population: Population,
    cohort: GenotypeMatrix,
    case: npt.NDArray[np.int8],
    rule: PreselectionRule,
) -> npt.NDArray[np.float64]:
    counts = CallCounts.of(cohort.dosages).table(cohort.variants)
    usable = check_variants(counts, cohort.n_samples, config.quality_control).usable
    parts = [getattr(config.split, f"{population}_{part}") for part in ("train", "validation", "test")]
    rng = stream(config.seed, "split", code, population)
    train = split_samples(case, np.full(len(case), True), (parts[0], parts[1], parts[2]), rng).train
    table = associate(cohort.take_variants(np.flatnonzero(usable)).take_samples(train), case[train])
    return scores_of(table, rule)


def _report(rule: PreselectionRule, population: Population, scores: list[npt.NDArray[np.float64]]) -> None:
    thresholds = thresholds_of(PreselectionConfig(rule=rule), population)
    sizes = np.array([[passes(values, threshold, rule).sum() for threshold in thresholds] for values in scores])
    print(f"\n{rule.value}, {population.value} population, {len(scores)} phenotypes")
    print(f"{'threshold':>12}{'paper':>8}{'ours':>8}{'10 %':>8}{'90 %':>8}{'fitted threshold':>20}")
    low, middle, high = np.quantile(sizes, [0.1, 0.5, 0.9], axis=0)
    for column, paper in enumerate(PAPER[population]):
        row = f"{thresholds[column]:>12g}{paper:>8g}{middle[column]:>8g}{low[column]:>8g}{high[column]:>8g}"
        print(f"{row}{_fit(scores, paper, rule):>20.3g}")


def _fit(scores: list[npt.NDArray[np.float64]], size: float, rule: PreselectionRule) -> float:
    """Median over phenotypes of the score at rank ``size``."""
    rank = max(round(size), 1) - 1
    ordered = [np.sort(values if rule is PreselectionRule.PVALUE else -values)[rank] for values in scores]
    return float(abs(np.median(ordered)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
