"""A published score of height (PGS001229) on real people (1000 Genomes) in four formats, beside ``plink2 --score``.

Nobody's height is known among these people: it is plink2's own sum of the score, and noise of the same variance. So
the score's correlation with it is known beforehand, that of plink2's sums, and every format has to give the same study.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.measure import installed
from benchmarks.same_studies import same_figures
from gtl.formats.scoring_file import read_scoring_file
from gtl.models.scoring import score_people
from gtl.schema import PREDICTIONS
from gtl.store import Store

FORMATS = {
    "bed": ("people.bed", ["--make-bed"], ["--bfile", "people"]),
    "pgen": ("people.pgen", ["--make-pgen"], ["--pfile", "people"]),
    "vcf": ("people.vcf.gz", ["--export", "vcf", "bgz"], ["--vcf", "people.vcf.gz"]),
    "bgen": (
        "people.bgen",
        ["--export", "bgen-1.2", "ref-first"],
        ["--bgen", "people.bgen", "ref-first", "--sample", "people.sample"],
    ),
}
"""Format → file, how plink2 writes it, how plink2 reads it."""

NAMED_BY_PLACE = ["--set-all-var-ids", "@:#:$r:$a", "--new-id-max-allele-len", "99", "--output-chr", "M"]
PRINTED = 5.1e-6
"""Relative error of a number printed with six digits."""

POPULATION = "1"
"""African people, as the sample file numbers them."""

_TURNED = str.maketrans("ACGT", "TGCA")


def write_files(data: Path, folder: Path) -> None:
    """The people in four formats, and their table: population, sex, plink2's score, and the height that was made."""
    fixtures = data / "pgscatalog_fixtures"
    write_formats(["--vcf", str(fixtures / "tiny1000G.vcf.gz")], folder)
    score = pd.read_csv(fixtures / "PGS001229_normalised_GRCh38.txt.gz", sep="\t", dtype={"chr_name": str})
    people = pd.read_csv(fixtures / "tiny1000G.sample", sep=" ", skiprows=[1], dtype=str)
    table = pd.DataFrame({"IID": people["ID_2"], "sex": people["sex"], "population": people["SuperPop"]})
    table["plink2"] = plink2_scores(folder, "pgen", named_as_in_file(score, folder))["score"]
    spread = table.loc[table["population"] == POPULATION, "plink2"].std()
    noise = np.random.default_rng(7).normal(0, spread, len(table))
    table.assign(height=170 + (table["plink2"] + noise).round(6)).to_csv(folder / "people.tsv", sep="\t", index=False)


def study(data: Path, folder: Path, form: str) -> dict[str, Any]:
    """Settings of the study of one format."""
    table = str(folder / "people.tsv")
    return {
        "source": "files",
        "populations": {"small": "AFR"},
        "sources": {
            "PGS001229": {"score": str(data / "pgscatalog_fixtures/PGS001229_normalised_GRCh38.txt.gz")},
        },
        "files": {
            "small": {
                "genotypes": str(folder / FORMATS[form][0]),
                "tables": [table],
                "where": f"population={POPULATION}",
            }
        },
        "traits": {"names": ["height"]},
        "transfer": {"methods": ["own_gblup", "published_score", "combined_score"]},
    }


def checks(data: Path, folder: Path, store: Store) -> Iterator[str]:
    """Sums beside ``plink2 --score``, those of sealed people in the studies too; whether all studies are the same."""
    yield from beside_plink2(data, folder)
    for form in FORMATS:
        if scores := store.find(f"studies/fixtures-{form}/phenotypes/height/scores"):
            predictions = store.read(scores).read_table("predictions.parquet", PREDICTIONS)
            yield f"fixtures-{form}: {_sealed_beside_plink2(predictions, folder)}"
    yield same_figures(store, [f"fixtures-{form}" for form in FORMATS])


def _sealed_beside_plink2(predictions: pd.DataFrame, folder: Path) -> str:
    """How the published score's predictions for sealed people go with plink2's sums."""
    people = pd.read_csv(folder / "people.tsv", sep="\t")
    sealed = predictions[predictions["method"] == "published_score"].merge(people, left_on="sample", right_on="IID")
    own, known = (sealed["plink2"].corr(sealed[column]) for column in ("prediction", "height"))
    return f"{len(sealed)} sealed people, plink2's sums correlate {own:.10f} with predictions, {known:.4f} with height"


def beside_plink2(data: Path, folder: Path) -> Iterator[str]:
    """A line a cohort and format: how far scores are from plink2's at most, and how many are the same as printed."""
    height = data / "pgscatalog_fixtures/PGS001229_normalised_GRCh38.txt.gz"
    table = named_as_in_file(pd.read_csv(height, sep="\t", dtype={"chr_name": str}), folder)
    yield from _differences("PGS001229 on 3,202 people", folder, height, table, None)
    examples = data / "pgsc_calc_test"
    cineca = folder / "cineca"
    write_formats(["--pfile", str(examples / "target_genomes/cineca_synthetic_subset")], cineca)
    several = examples / "scorefiles/multiscore.txt"
    for column in ("PGS001229_22", "second_score"):
        table = pd.read_csv(several, sep="\t")[["ID", "effect_allele", column]]
        yield from _differences(f"{column} on 2,504 people", cineca, several, table, column)


def write_formats(source: list[str], folder: Path) -> None:
    """The people of plink2's ``source`` as files of every format, variants named by place and alleles."""
    folder.mkdir(parents=True, exist_ok=True)
    for _, writing, _ in FORMATS.values():
        _plink2(folder, *source, *NAMED_BY_PLACE, *writing, "--out", "people")


def named_as_in_file(score: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Id, effect allele and weight of a normalised score's rows, as the people's files name them, on their strand."""
    pvar = pd.read_csv(folder / "people.pvar", sep="\t", comment="#", header=None, dtype={0: str})
    pvar = pvar.iloc[:, :5].set_axis(["chr_name", "chr_position", "id", "ref", "alt"], axis=1)
    both = score.merge(pvar, on=["chr_name", "chr_position"])
    kept = []
    for row in both.itertuples(index=False):
        for effect, other in (
            (row.effect_allele, row.other_allele),
            (row.effect_allele.translate(_TURNED), row.other_allele.translate(_TURNED)),
        ):
            if {effect, other} == {row.ref, row.alt}:
                kept.append((row.id, effect, row.effect_weight))
                break
    return pd.DataFrame(kept, columns=["id", "effect", "weight"])


def plink2_scores(folder: Path, form: str, table: pd.DataFrame) -> pd.DataFrame:
    """Every person's sum and average by ``plink2 --score``, of a table of id, effect allele and weight."""
    table.to_csv(folder / "score.txt", sep="\t", index=False)
    reading = FORMATS[form][2]
    _plink2(folder, *reading, "--score", "score.txt", "header", "cols=+scoresums", "--out", "theirs")
    columns = {"SCORE1_SUM": "score", "SCORE1_AVG": "average"}
    return pd.read_csv(folder / "theirs.sscore", sep="\t")[[*columns]].rename(columns=columns)


def _differences(name: str, folder: Path, score: Path, table: pd.DataFrame, weight: str | None) -> Iterator[str]:
    read = read_scoring_file(score, weight=weight)
    for form, (file, _, _) in FORMATS.items():
        scored = score_people(read, folder / file)
        ours, theirs = scored.people[["score", "average"]], plink2_scores(folder, form, table)
        same = np.isclose(ours, theirs, rtol=PRINTED, atol=0).all(axis=1).sum()
        apart = np.abs(ours["average"] - theirs["average"]).max()
        yield (
            f"{name}, {form}: {scored.coverage().split(';')[0]} (plink2 {len(table):,}); averages an allele at most "
            f"{apart:.1e} apart; sums and averages as plink2 prints them: {same:,} of {len(ours):,} people"
        )


def _plink2(folder: Path, *arguments: str) -> None:
    command = [installed("plink2"), "--threads", "1", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"plink2 failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
