"""People of the reference data: inbred lines, and two human populations."""

import numpy as np
import pandas as pd

from gtl.domain.blocks import blocks_of, selected, side_by_side
from gtl.formats.plink import read_plink
from gtl.prepare.ancestry import sits_with_other_population
from gtl.prepare.components import principal_components
from gtl.prepare.people_checks import CohortPeople, check_people
from gtl.prepare.people_rows import MISSING, TWIN
from gtl.prepare.person_figures import person_figures
from gtl.prepare.pruning import prune
from gtl.prepare.relatedness import find_relatives, relatedness_groups


def _read(prefix):
    return read_plink(*(f"{prefix}{suffix}" for suffix in (".bed", ".bim", ".fam")))[0]


def _checked(people, populations):
    """Variants for it, relatives, four components and the table of people."""
    pruned = selected(blocks_of(people), prune(blocks_of(people), populations=populations))
    relatives = find_relatives(pruned)
    own = {name: people.take_samples(populations == name) for name in dict.fromkeys(populations)}
    cohorts = [CohortPeople(name, person_figures(blocks_of(cohort))) for name, cohort in own.items()]
    return relatives, principal_components(pruned, 4), check_people(cohorts, relatives)


def _populations(people, table):
    return table.set_index("IID")["population"].loc[people.samples].to_numpy(dtype=object)


def test_rice_lines_are_inbred_not_related_and_their_populations_apart(shared):
    people = _read(shared / "data/rice_diversity/rice")
    table = pd.read_csv(shared / "data/rice_diversity/populations.tsv", sep="\t", dtype=str)
    populations = _populations(people, table)
    relatives, components, told = _checked(people, populations)
    assert relatives.inbred
    assert len(relatives.pairs) == len(told) == 0
    first = components.scores[:, 0]
    japonica, indica = first[populations == "japonica"], first[populations == "indica"]
    assert abs(np.median(japonica) - np.median(indica)) > 6 * max(japonica.std(), indica.std())
    assert sits_with_other_population(components.scores, populations).sum() == 2


def test_wheat_lines_are_inbred_with_one_pair_of_the_same_line(shared):
    people = _read(shared / "data/wheat_gptl/wheat")
    table = pd.read_csv(shared / "data/wheat_gptl/people.tsv", sep="\t", dtype=str)
    relatives, _, told = _checked(people, _populations(people, table))
    assert relatives.inbred
    assert told[["sample", "other", "reason", "dropped"]].values.tolist() == [["W218", "W026", TWIN, False]]
    assert np.bincount(relatedness_groups(relatives.pairs, people.samples)).max() == 2


def test_ceu_and_yri_lie_apart_and_are_hardly_related(shared):
    folder = shared / "data/hapmap2_ceu_yri_lcl"
    ceu, yri = _read(folder / "ceu60_chr21"), _read(folder / "yri60_chr21")
    (people,) = side_by_side(blocks_of(ceu, 10**6), blocks_of(yri, 10**6))()
    populations = np.array(["CEU", "YRI"], dtype=object).repeat(60)
    relatives, components, told = _checked(people, populations)
    first = components.scores[:, 0]
    assert first[:60].max() < first[60:].min() or first[:60].min() > first[60:].max()
    assert not sits_with_other_population(components.scores, populations).any()
    assert not relatives.inbred
    assert np.bincount(relatedness_groups(relatives.pairs, people.samples)).max() == 2
    assert told[["sample", "reason"]].values.tolist() == [["NA12763", MISSING]]
