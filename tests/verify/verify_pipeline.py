"""The whole pipeline under the null: SNPs explain nothing, every stage of gtl.stages runs, hundreds of times.

Networks are left out: a grid of them costs more than all else here, and nothing in the choice or in the final score
knows what kind of model it has. A repetition has a seed, a panel, cohorts and a phenotype of its own.

Accuracy, balanced accuracy and AUC average 50 %, and accuracy averages what the same calls reach when they are dealt
out again: calls know nothing of who is a case, nor of how many are (:mod:`tests.verify.verify_prevalence`).
"""

import numpy as np
import pandas as pd
import pytest

from gtl import stages
from gtl.config import preset, with_overrides
from gtl.evaluate.ceiling import best_accuracy, snp_variance
from gtl.evaluate.outcomes import OVERALL, Verdict, recommended
from gtl.schema import PREDICTIONS, RESULTS, SELECTION, VERDICT
from gtl.store import Store
from tests.prepared import prepare
from tests.verify.bands import at_most, same_mean

REPETITIONS = 220

TINY_NULL = {
    "panel.sequence_length": "40000",
    "cohorts.large": "120",
    "cohorts.small": "60",
    "cohorts.final": "100",
    "split.large_train": "90",
    "split.large_validation": "10",
    "split.large_test": "20",
    "split.small_train": "36",
    "split.small_validation": "8",
    "split.small_test": "16",
    "phenotypes.risk_snps": "[3]",
    "phenotypes.iterations": "1",
    "phenotypes.causal_maf_min": "0",
    "phenotypes.genetic_variance": "0",
    "phenotypes.snp_share": "null",
    "preselection.p_values_large": "[0.2, 1.0]",
    "preselection.p_values_small": "[0.2, 1.0]",
    "association.plots": "false",
    "classical.models": "[SVM, CART]",
    "transfer.methods": "[no_transfer, snp_transfer, polygenic_score]",
}


@pytest.fixture(scope="module")
def null_studies(tmp_path_factory):
    """Tables RESULTS, SELECTION, VERDICT and PREDICTIONS of all repetitions, with a column ``repetition``."""
    gathered = {"results": [], "selection": [], "verdict": [], "predictions": []}
    for repetition in range(REPETITIONS):
        results, scores = run(null_study(repetition), Store(str(tmp_path_factory.mktemp("null"))))
        predictions = scores.read_table("predictions.parquet", PREDICTIONS)
        gathered["predictions"].append(predictions.assign(repetition=repetition))
        for name, schema in (("results", RESULTS), ("selection", SELECTION), ("verdict", VERDICT)):
            table = results.read_table(f"{name}.parquet", schema)
            gathered[name].append(table.assign(repetition=repetition))
        if (repetition + 1) % 20 == 0:
            print(f"  {repetition + 1} of {REPETITIONS} null studies", flush=True)
    return {name: pd.concat(tables, ignore_index=True) for name, tables in gathered.items()}


def null_study(seed):
    """Settings of a repetition."""
    config = with_overrides(preset("quick"), [*(f"{key}={value}" for key, value in TINY_NULL.items()), f"seed={seed}"])
    assert best_accuracy(snp_variance(config.phenotypes)) == 0.5
    return config


def run(config, store):
    """Every stage but networks, plots and report, in one process; the artefacts of results and scores."""
    (code,) = map(str, config.codes())
    made = prepare(config, store, code)
    sources = stages.read_sources(config, store, made.genotypes, stages.list_traits(config, store, made.genotypes))
    methods = {name: stages.apply_method(config, store, code, name, **made.inputs) for name in config.transfer.methods}
    scores = stages.score_final(config, store, code, made.genotypes, made.phenotype, methods)
    results = stages.tabulate_results(
        config,
        store,
        [scores],
        [made.subsets["subsets_large"]],
        [made.subsets["subsets_small"]],
        [made.people],
        [made.genotypes],
        [sources],
    )
    return store.read(results), store.read(scores)


def verify_final_scores_know_nothing_of_who_is_a_case(null_studies):
    results = null_studies["results"]
    final = results[results["split"] == "final"]
    for (method, metric), own in final[final["metric"].isin(["accuracy", "auc", "balanced_accuracy"])].groupby(
        ["method", "metric"]
    ):
        same_mean(f"final {metric}, {method}", own["value"], 0.5)
        if metric == "accuracy":
            continue  # its interval is of these people's share of cases
        missed = int(((own["ci_low"] > 0.5) | (own["ci_high"] < 0.5)).sum())
        at_most(f"intervals of {metric} that miss 50 %, {method}", missed, len(own), 0.05)


def verify_final_accuracy_is_that_of_calls_dealt_out_anew(null_studies):
    for method, own in null_studies["predictions"].groupby("method"):
        excess = [_accuracy_above_chance(people) for _, people in own.groupby("repetition")]
        same_mean(f"final accuracy less that of the same calls dealt out anew, {method}", excess, 0.0)


def _accuracy_above_chance(people):
    called, case = people["prediction"] > 0.5, people["value"] == 1
    by_chance = called.mean() * case.mean() + (1 - called.mean()) * (1 - case.mean())
    return (called == case).mean() - by_chance


def verify_choice_owes_to_luck_what_it_says(null_studies):
    for method, own in null_studies["selection"].groupby("method"):
        same_mean(f"best test accuracy less expected, {method}", own["best"] - own["expected"], 0.0)
        at_most(f"p of the choice up to 5 %, {method}", int((own["p_value"] <= 0.05).sum()), len(own), 0.05)


def verify_transfer_is_recommended_in_no_more_than_five_percent(null_studies):
    verdicts = null_studies["verdict"]
    overall = verdicts[verdicts["phenotype"] == OVERALL]
    recommendations = sum(recommended(own) is not None for _, own in verdicts.groupby("repetition"))
    at_most("'helps' of any method", recommendations, REPETITIONS, 0.05)
    harmed = overall[overall["verdict"] == Verdict.HARMS]["repetition"].nunique()
    at_most("any verdict", recommendations + harmed, REPETITIONS, 0.05)
    for method, own in overall.groupby("method"):
        same_mean(f"gain of {method}", own["gain"], 0.0)
    assert np.isfinite(overall["gain"]).all()
