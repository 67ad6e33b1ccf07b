"""The three estimators of GPTL on its own wheat lines: the published split, and random ones of the same sizes.

    python -m benchmarks.gptl_estimators --data DATA [--splits 20]

DATA is the folder that holds wheat_gptl. As GPTL's example does: source effects by ridge, stop and penalty with the
highest correlation among calibration lines, training and calibration lines together for the final effects; the mixture
needs no choice. Test lines are scored once, at the end. GPTL's descent divides each variant's step by its own sum of
squares, which is descent on standardised dosages.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from bed_reader import open_bed

from gtl.learn.gblup import Population, large_gblup, own_gblup
from gtl.learn.prior_effects.descent import descent_path
from gtl.learn.prior_effects.evidence import Evidence
from gtl.learn.prior_effects.mixture import mixture_effects
from gtl.learn.prior_effects.paths import EffectPath
from gtl.learn.prior_effects.penalised import penalised_path, penalties_of
from gtl.learn.relationship import CentredDosages

Array = npt.NDArray[np.float64]
People = npt.NDArray[np.intp]

PUBLISHED = {"descent": 0.522, "penalised": 0.518, "mixture": 0.523, "source": 0.465, "own": 0.440}


@dataclass(frozen=True, eq=False)
class Lines:
    """All wheat lines: dosages (n, n_markers) int8, yield (n,), and whose rows are of the source and of the target."""

    dosages: npt.NDArray[np.int8]
    value: Array
    source: People
    sets: tuple[People, People, People]

    @classmethod
    def read(cls, folder: Path) -> "Lines":
        """From the files of ``folder``."""
        table = pd.read_csv(folder / "people.tsv", sep="\t")
        sets = [np.flatnonzero(table["set"] == name) for name in ("trn", "cal", "tst")]
        source = np.flatnonzero(table["population"] == "source")
        dosages = open_bed(folder / "wheat.bed").read(dtype="int8")
        return cls(dosages, table["grain_yield"].to_numpy(np.float64), source, (sets[0], sets[1], sets[2]))

    def evidence(self, people: People, *, cross_products: bool) -> Evidence:
        """What ``people`` say, in either form."""
        if not cross_products:
            return Evidence.of_people(CentredDosages(self.dosages[people]), self.value[people])
        x, y = self.dosages[people].astype(np.float64), self.value[people]
        x, y = x - x.mean(axis=0), y - y.mean()
        return Evidence.of_cross_products(x.T @ x, x.T @ y, float(y @ y), len(y))

    def population(self, people: People) -> Population:
        """``people`` for GBLUP."""
        return Population(CentredDosages(self.dosages[people]), self.value[people])

    def correlation(self, effects: Array, people: People) -> float:
        """Of the score with yield among ``people``."""
        return float(np.corrcoef(self.dosages[people] @ effects, self.value[people])[0, 1])

    def splits(self, number: int) -> Iterator[tuple[People, People, People]]:
        """Random divisions of the target lines, sizes as published."""
        target = np.sort(np.concatenate(self.sets))
        ends = np.cumsum([len(part) for part in self.sets])[:2]
        for seed in range(number):
            training, calibration, test = np.split(np.random.default_rng(seed).permutation(target), ends)
            yield training, calibration, test


def figures(lines: Lines, sets: tuple[People, People, People], *, cross_products: bool) -> dict[str, float]:
    """Correlations with yield among test lines."""
    training, calibration, test = sets
    prior = large_gblup(lines.population(lines.source)).effects
    learning = np.concatenate([training, calibration])
    part, whole = (lines.evidence(people, cross_products=cross_products) for people in (training, learning))

    def chosen(path: EffectPath, scale: Array | float) -> int:
        every = [lines.correlation(path.at(number) / scale, calibration) for number in range(len(path.settings))]
        return int(np.argmax(every))

    (part_standard, scale), (whole_standard, whole_scale) = part.standardised(), whole.standardised()
    stop = chosen(descent_path(part_standard, prior * scale), scale)
    penalties = penalties_of(whole)
    penalty = chosen(penalised_path(part, prior, penalties), 1.0)
    effects = {
        "descent": descent_path(whole_standard, prior * whole_scale).at(stop) / whole_scale,
        "penalised": penalised_path(whole, prior, penalties).at(penalty),
        "mixture": mixture_effects(whole, prior).effects,
        "source": prior,
        "own": own_gblup(lines.population(learning)).effects,
    }
    return {name: lines.correlation(values, test) for name, values in effects.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds wheat_gptl")
    parser.add_argument("--splits", type=int, default=20)
    given = parser.parse_args()
    lines = Lines.read(given.data / "wheat_gptl")
    columns = {
        "GPTL, seeds": PUBLISHED,
        "from people": figures(lines, lines.sets, cross_products=False),
        "from X'X, X'y": figures(lines, lines.sets, cross_products=True),
    }
    print(pd.DataFrame(columns).round(4).to_string(), flush=True)
    every = pd.DataFrame([figures(lines, sets, cross_products=False) for sets in lines.splits(given.splits)])
    print(f"\n{given.splits} random splits\n{every.agg(['mean', 'std']).T.round(4).to_string()}")


if __name__ == "__main__":
    main()
