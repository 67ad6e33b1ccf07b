"""What statistics of another population give, over the grid that PRS-CSx's authors simulated.

    python -m benchmarks.prs_csx_grid --store FOLDER [--repeats 4] [--variants 5000] [--cells h50-r70-s100 ...]

1 % of a chromosome's variants are causal and make half the variance of a trait; their effects correlate at 0.4, 0.7 or
1 between the populations, who share all, 0.7 or 0.4 of the causal variants (Ruan et al. 2022, Nature Genetics 54:573).
Of the large population there is a GWAS of 1,300 people and 500 others as reference; of the small one 270 people learn,
and 1,000 are sealed. Two more cells have nothing to transfer: no causal variant in common, and no heritability. All is
simulated here. Each repeat is a study of its own, of new people (the same in all cells, so that LD is made once),
causal variants and effects.

Every study's figures are a file in FOLDER as soon as they are known; a run that was stopped goes on where it was. The
table says the gain over the small population's own GBLUP with 95 % intervals over repeats (``no_transfer`` is its own,
too: trees and the like on SNPs chosen in it), how far the recommended method is from the best one, and how often a
study said that it helps.
"""

import argparse
import itertools
import os
import shutil
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.measure import measure
from benchmarks.prs_csx_people import Cell, simulated_panel, simulated_people, write_people, write_trait
from gtl.config import StudyConfig
from gtl.evaluate.means import mean_with_interval
from gtl.evaluate.outcomes import OVERALL, Verdict
from gtl.schema import RESULTS, VERDICT
from gtl.stage_keys import study_key
from gtl.store import Store
from gtl.study_run import run_study

METHODS = (
    "own_gblup", "no_transfer", "snp_transfer", "polygenic_score", "large_gblup", "bayesian_score", "effect_transfer",
    "combined_score",
)  # fmt: skip
OWN, RECOMMENDED = "own_gblup", "combined_score"
CELLS = (
    *(Cell(0.5, correlation, shared) for correlation, shared in itertools.product((1.0, 0.7, 0.4), (1.0, 0.7, 0.4))),
    Cell(0.5, 0.0, 0.0),
    Cell(0.0, 1.0, 1.0),
)
NEAR, MOST_FALSE = 0.95, 0.05
_BY_NAME = {cell.name: cell for cell in CELLS}


def main() -> None:
    options = _options()
    folder = Path(options.store).absolute()
    for repeat in range(1, options.repeats + 1):
        run_repeat(folder, options.variants, repeat, [_BY_NAME[name] for name in options.cells])
    report(pd.concat([pd.read_csv(path) for path in sorted(_figures(folder, options.variants).glob("*.csv"))]))


def run_repeat(folder: Path, variants: int, repeat: int, cells: list[Cell]) -> None:
    """Run the studies of one repeat whose figures are not there yet."""
    figures, store = _figures(folder, variants), Store(str(folder / "store"))
    figures.mkdir(parents=True, exist_ok=True)
    todo = {cell: path for cell in cells if not (path := figures / f"{cell.name}-{repeat}.csv").exists()}
    if not todo:
        return
    people = simulated_people(simulated_panel(variants, store), variants, repeat)
    files = folder / f"people-{repeat}"
    write_people(people, files)
    for cell, path in todo.items():
        write_trait(people, cell, repeat, files)
        config = _study(cell, repeat, files, store)
        measured = measure(lambda config=config: _run(config, store))
        table = measured.result.assign(cell=cell.name, repeat=repeat, cpu_seconds=measured.cpu_seconds)
        scratch = path.with_suffix(".part")
        table.to_csv(scratch, index=False)
        scratch.replace(path)
        print(f"{cell.name}, repeat {repeat}: {measured.cpu_seconds:.0f} CPU-s", flush=True)
        shutil.rmtree(Path(store.root.path) / study_key(config))  # LD stays: it lies outside
    shutil.rmtree(files)


def _run(config: StudyConfig, store: Store) -> pd.DataFrame:
    """Method, correlation with the sealed people's trait, and whether the study says that it helps."""
    results = store.read(run_study(config, store, jobs=1).results)
    table = results.read_table("results.parquet", RESULTS)
    final = table[(table["split"] == "final") & (table["metric"] == "correlation")]
    verdict = results.read_table("verdict.parquet", VERDICT)
    helps = verdict.loc[(verdict["phenotype"] == OVERALL) & (verdict["verdict"] == Verdict.HELPS), "method"]
    return pd.DataFrame({
        "method": final["method"], "correlation": final["value"].fillna(0.0), "helps": final["method"].isin(helps),
    })  # fmt: skip


def _study(cell: Cell, repeat: int, files: Path, store: Store) -> StudyConfig:
    cohorts = {
        name: {"genotypes": str(files / f"{name}.bed"), "tables": [str(files / f"{name}.tsv")]}
        for name in ("small", "final")
    }
    reference = {"genotypes": str(files / "reference.bed")}
    settings: dict[str, Any] = {
        "name": f"{cell.name}-{repeat}", "seed": repeat, "source": "files", "files": cohorts, "store": str(store.root),
        "populations": {"small": "small"}, "traits": {"names": ["y"]}, "transfer": {"methods": METHODS},
        "sources": {"large": {"statistics": str(files / "large.tsv.gz"), "reference": reference}},
        "association": {"plots": False}, "matching": {"same_strand": True},
    }  # fmt: skip
    return StudyConfig.model_validate(settings)


def report(found: pd.DataFrame) -> None:
    """Print the table of gains, and what the recommended method does."""
    by_method = found.pivot_table(index=["cell", "repeat"], columns="method", values="correlation")
    gains = by_method.sub(by_method[OWN], axis=0).drop(columns=OWN)
    means = by_method.groupby("cell").mean()
    print("\nGain in correlation over the small population's own score, 95 % interval over repeats")
    for name in [cell.name for cell in CELLS if cell.name in means.index]:
        print(f"\n{name} ({len(by_method.loc[name])} repeats): own score {means.loc[name, OWN]:.3f}")
        for method in gains:
            print(f"  {method:16s}{_interval(gains.loc[name, method])}")
        helps = found[(found["cell"] == name) & (found["method"] == RECOMMENDED)]["helps"].mean()
        print(f"  {_recommended(_BY_NAME[name], means.loc[name], helps)}")
    null = found[found["cell"].isin([cell.name for cell in CELLS if cell.null]) & (found["method"] == RECOMMENDED)]
    if len(null):
        share = null["helps"].mean()
        print(f"\nnothing to transfer: {share:.1%} of {len(null)} studies say that it helps (at most {MOST_FALSE:.0%})")
    print(f"{found.groupby(['cell', 'repeat'])['cpu_seconds'].first().sum() / 60:.1f} CPU minutes in all")


def _recommended(cell: Cell, means: "pd.Series[float]", helps: float) -> str:
    said = f"{RECOMMENDED} is said to help in {helps:.0%} of studies"
    if cell.null:
        return said
    share = means[RECOMMENDED] / means.max()
    near = "" if share >= NEAR else f", below {NEAR:.0%}"
    return f"{said}; it reaches {share:.1%} of the best, {means.idxmax()} ({means.max():.3f}){near}"


def _interval(gains: "pd.Series[float]") -> str:
    mean = mean_with_interval(gains.to_numpy(), 0.95)
    return f"{mean.value:+.3f}" + (f" ({mean.low:+.3f} to {mean.high:+.3f})" if mean.n > 1 else "")


def _figures(folder: Path, variants: int) -> Path:
    return folder / f"figures-{variants}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", required=True, help="folder of figures and results")
    parser.add_argument("--repeats", type=int, default=4, help="studies of each cell")
    parser.add_argument("--variants", type=int, default=5000, help="variants of the chromosome")
    parser.add_argument("--cells", nargs="+", choices=list(_BY_NAME), default=list(_BY_NAME), help="default: all")
    return parser.parse_args()


if __name__ == "__main__":
    from gtl.worker_environment import WORKER_ENVIRONMENT

    os.environ.update(WORKER_ENVIRONMENT)  # before processes of studies begin
    main()
