from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from gtl.association import associate
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.domain.split import Split
from gtl.domain.trait import TraitKind
from gtl.errors import LeakageError
from gtl.evaluate.guards import (
    check_ids_differ,
    check_people_differ,
    check_predicts_alone,
    check_selected_on_training,
    check_split_ids,
    check_trained_on_training,
    without_test_labels,
)
from gtl.evaluate.likeness import ALL_PAIRS
from gtl.formats.genetic_map import read_genetic_map
from gtl.formats.oxford import read_haplotypes
from gtl.methods.base import Candidate, LearningData
from gtl.methods.training_people import TrainingPeople
from gtl.simulate.genotypes import resample


def variants(n):
    names = np.array([f"rs{i}" for i in range(n)], dtype=object)
    return Variants(np.full(n, "21", object), np.arange(n), names, np.full(n, "A", object), np.full(n, "C", object))


def cohort(name, dosages):
    samples = np.array([f"{name}-{i}" for i in range(dosages.shape[1])], dtype=object)
    return GenotypeMatrix(variants(len(dosages)), samples, np.ascontiguousarray(dosages, dtype=np.int8))


def unrelated(rng, n_snps, n_people):
    return rng.binomial(2, 0.4, (n_snps, n_people)).astype(np.int8)


@pytest.fixture
def rng():
    return np.random.default_rng(4)


# sample ids


def test_an_id_in_two_cohorts_is_named():
    groups = {"large cohort": np.array(["a", "b"], object), "final cohort": np.array(["c", "b"], object)}
    with pytest.raises(LeakageError, match="sample 'b' is both in large cohort and in final cohort"):
        check_ids_differ(groups)


def test_an_id_that_is_twice_in_one_group_is_named():
    with pytest.raises(LeakageError, match="sample 'a' is twice in small cohort"):
        check_ids_differ({"small cohort": np.array(["a", "a"], object)})


SPLIT = pd.DataFrame(
    {"population": ["small"] * 3 + ["large"], "sample": ["a", "b", "c", "d"], "row": [0, 1, 2, 0],
     "part": ["train", "validation", "test", "train"], "case": 1}
)  # fmt: skip


@pytest.mark.parametrize(("row", "said"), [(2, "small train and in small test"), (3, "small train and in large train")])
def test_an_id_in_two_parts_of_a_split_is_named(row, said):
    check_split_ids(SPLIT)
    faulty = SPLIT.copy()
    faulty.loc[row, "sample"] = "a"
    with pytest.raises(LeakageError, match=f"sample 'a' is both in {said}"):
        check_split_ids(faulty)


# people who are there twice


def test_a_final_person_copied_from_training_is_named(rng):
    small, final = unrelated(rng, 400, 30), unrelated(rng, 400, 20)
    final[:, 7] = small[:, 3]
    final[:4, 7] = 2 - final[:4, 7]
    with pytest.raises(
        LeakageError, match=r"samples 'S-3' of the small cohort and 'F-7' of the final cohort agree at 99"
    ):
        check_people_differ({"small": cohort("S", small), "final": cohort("F", final)})


def test_a_person_twice_in_one_cohort_is_named_though_calls_are_missing(rng):
    large = unrelated(rng, 400, 40)
    large[:, 31] = large[:, 2]
    large[rng.random(400) < 0.1, 31] = -1
    with pytest.raises(LeakageError, match="'L-2' of the large cohort and 'L-31' of the large cohort"):
        check_people_differ({"large": cohort("L", large)})


def test_a_person_twice_among_more_people_than_pairs_are_compared_of_is_named(rng):
    large = unrelated(rng, 400, ALL_PAIRS + 50)
    large[:, 2077] = large[:, 5]
    large[:8, 2077] = 2 - large[:8, 2077]
    with pytest.raises(LeakageError, match="'L-5' of the large cohort and 'L-2077'"):
        check_people_differ({"large": cohort("L", large)})


def test_unrelated_people_pass(rng):
    check = check_people_differ(
        {"small": cohort("S", unrelated(rng, 400, 60)), "final": cohort("F", unrelated(rng, 400, 60))}
    )
    assert (check.snps, check.alike, check.expected) == (400, 0, 0.0)
    assert check.conclusive
    # Two binomials at frequency 0.4 differ by 0.648 alleles on average: identity by state 0.676, a little more at best.
    assert 0.676 < check.highest < 0.8


def test_parents_and_children_pass(rng):
    haplotypes = (rng.random((400, 120)) < 0.4).astype(np.int8)
    parents = haplotypes[:, 0::2] + haplotypes[:, 1::2]
    children = haplotypes[:, 0::2] + rng.permuted(haplotypes[:, 1::2], axis=1)
    check = check_people_differ({"parents": cohort("P", parents), "children": cohort("C", children)})
    assert 0.78 < check.highest < 0.93
    assert check.alike == 0


def test_cohorts_of_few_haplotypes_of_a_short_region_are_not_accused(rng):
    # Two blocks of four haplotypes each: many unrelated people have the same two at both.
    blocks = [(rng.random((60, 4)) < 0.5).astype(np.int8) for _ in range(3)]
    dosages = np.concatenate(
        [block[:, rng.integers(0, 4, 200)] + block[:, rng.integers(0, 4, 200)] for block in blocks]
    )
    check = check_people_differ({"large": cohort("L", dosages)})
    assert check.alike > 0
    assert not check.conclusive


def test_rare_snps_make_nobody_alike(rng):
    rare = (rng.random((1000, 80)) < 0.01).astype(np.int8)
    check = check_people_differ({"large": cohort("L", np.concatenate([rare, unrelated(rng, 300, 80)]))})
    assert check.snps == 300
    assert check.highest < 0.85


def test_without_a_common_snp_nothing_is_found():
    check = check_people_differ({"large": cohort("L", np.zeros((5, 4), np.int8))})
    assert (check.snps, check.alike) == (0, 0)


# selection of SNPs


@pytest.fixture
def data(rng):
    dosages = unrelated(rng, 30, 60)
    dosages[rng.random(dosages.shape) < 0.05] = -1
    order = rng.permutation(60)
    split = Split(np.sort(order[:40]), np.sort(order[40:50]), np.sort(order[50:]))
    return LearningData(variants(30), dosages, np.tile([0.0, 1.0], 30), split)


def association_of(data, people, case=None):
    genotypes = GenotypeMatrix(data.variants, np.arange(60).astype(object), data.dosages).take_samples(people)
    return associate(genotypes, (data.case if case is None else case)[people])


ROWS = np.array([2, 5, 11, 29])


def test_selection_by_training_people_passes(data):
    check_selected_on_training(association_of(data, data.split.train).iloc[ROWS], data, ROWS, "small")


def test_selection_by_everyone_is_refused(data):
    table = association_of(data, data.split.everyone).iloc[ROWS]
    with pytest.raises(
        LeakageError, match=r"small population: SNP 'rs2' was selected by frequency_case .* 40 training"
    ):
        check_selected_on_training(table, data, ROWS, "small")


def test_selection_with_one_test_person_is_refused(data):
    people = np.append(data.split.train, data.split.test[0])
    with pytest.raises(LeakageError, match="others than training people were counted"):
        check_selected_on_training(association_of(data, people).iloc[ROWS], data, ROWS, "large")


def test_a_snp_that_nobody_was_called_at_is_no_fault(data):
    data.dosages[5] = -1
    with np.errstate(invalid="ignore"):
        check_selected_on_training(association_of(data, data.split.train).iloc[ROWS], data, ROWS, "small")


# what models are fitted to


def test_methods_do_not_get_the_test_labels(data):
    hidden = without_test_labels(data)
    assert np.isnan(hidden.value[data.split.test]).all()
    assert (hidden.case[data.split.test] == -1).all()
    for part in (data.split.train, data.split.validation):
        np.testing.assert_array_equal(hidden.case[part], data.case[part])
    assert set(data.case) == {0, 1}


@dataclass(frozen=True)
class Centred:
    """Predicts by the first SNP, less a mean: the training people's (a number), or that of whoever it predicts."""

    mean: float | None

    def predict(self, dosages):
        first = dosages[:, 0].astype(float)
        return 1 / (1 + np.exp(-(first - (first.mean() if self.mean is None else self.mean))))


def candidate(predictor, test):
    empty = np.empty(0)
    return Candidate("snp_transfer", "SVM", 1, ROWS, -1, empty, predictor.predict(test), predictor, "", 40)


@pytest.mark.parametrize("populations", [("small",), ("large",), ("large", "small")])
def test_training_people_of_any_population_pass(data, populations):
    known = {"small": data, "large": replace(data, dosages=np.ascontiguousarray(data.dosages[::-1]))}
    model = replace(trained_on(*(known[name] for name in populations)), rows=ROWS)
    check_trained_on_training(model, known["large"], data)


def test_a_model_trained_on_validation_people_too_is_refused(data):
    wider = replace(data, split=Split(np.union1d(data.split.train, data.split.validation), data.split.test, ROWS[:0]))
    with pytest.raises(LeakageError, match="snp_transfer, SVM: it was trained on 50 people who are not the training"):
        check_trained_on_training(trained_on(wider), data, data)


@pytest.mark.parametrize("populations", [("small",), ("large",), ("large", "small")])
def test_a_nested_method_is_trained_on_learning_people_of_any_population(data, populations):
    known = {"small": data, "large": replace(data, dosages=np.ascontiguousarray(data.dosages[::-1]))}
    model = trained_on(*(known[name] for name in populations), of=TrainingPeople.learning)
    check_trained_on_training(model, known["large"], data, nested=True)
    with pytest.raises(LeakageError, match=r"not the training people of .* train it on split.train alone"):
        check_trained_on_training(model, known["large"], data)


def test_a_nested_method_is_held_to_its_learning_people(data):
    with pytest.raises(
        LeakageError, match=r"trained on 40 people who are not the learning people .* on split.learning"
    ):
        check_trained_on_training(trained_on(data), data, data, nested=True)


def test_values_of_a_quantitative_trait_are_what_a_model_was_trained_on(data):
    height = replace(data, value=np.linspace(150, 190, 60), kind=TraitKind.QUANTITATIVE)
    check_trained_on_training(trained_on(height), height, height)
    with pytest.raises(LeakageError, match="not the training people"):
        check_trained_on_training(trained_on(replace(height, value=height.value[::-1].copy())), height, height)


def trained_on(*populations, of=TrainingPeople.of):
    people = of(ROWS, *populations)
    empty = np.empty(0)
    return Candidate(
        "snp_transfer", "SVM", 1, ROWS, -1, empty, empty, Centred(0.0), people.digest, people.n
    )  # fmt: skip


def test_a_model_that_is_complete_passes(data):
    test = data.take(ROWS, data.split.test)
    check_predicts_alone(candidate(Centred(0.8), test), test)


def test_a_scaler_fitted_to_the_test_people_is_refused(data):
    test = data.take(ROWS, data.split.test)
    with pytest.raises(LeakageError, match=r"snp_transfer, SVM: test person 0 has the prediction .* alone"):
        check_predicts_alone(candidate(Centred(None), test), test)


def test_a_nested_model_is_held_to_predict_each_alone_as_among_others(data):
    test = data.take(ROWS, data.split.test)
    nobody = np.full(len(test), np.nan)
    check_predicts_alone(replace(candidate(Centred(0.8), test), test=nobody), test)
    with pytest.raises(LeakageError, match="test person 0 has the prediction"):
        check_predicts_alone(replace(candidate(Centred(None), test), test=nobody), test)


def test_predictions_of_another_model_are_refused(data):
    test = data.take(ROWS, data.split.test)
    swapped = replace(candidate(Centred(0.8), test), predictor=Centred(0.1))
    with pytest.raises(LeakageError, match="alone"):
        check_predicts_alone(swapped, test)


def test_people_made_of_the_same_real_haplotypes_pass_and_a_copy_does_not(shared, rng):
    folder = shared / "data" / "hapmap2_chr21"
    genetic_map = read_genetic_map(shared / "data" / "genetic_maps" / "chr21.b37.gmap.gz", "21")
    panels = {
        code: read_haplotypes(folder / f"hapmap2_chr21.{code}.hap.gz", folder / "hapmap2_chr21.legend.gz", "21")
        for code in ("CEU", "YRI")
    }
    sizes = {"large": ("CEU", 1000, 11418.0), "small": ("YRI", 100, 17469.0), "final": ("YRI", 50, 17469.0)}
    everywhere = slice(None, None, 25)
    cohorts = {
        name: resample(panels[code].take(everywhere), genetic_map, n, size, None, rng, f"{name}-")
        for name, (code, n, size) in sizes.items()
    }
    check = check_people_differ(cohorts)
    assert check.snps > 500
    assert check.highest < 0.9
    assert check.conclusive
    cohorts["final"].dosages[:, 3] = cohorts["small"].dosages[:, 8]
    with pytest.raises(
        LeakageError, match="'small-9' of the small cohort and 'final-4' of the final cohort agree at 100"
    ):
        check_people_differ(cohorts)
