"""A tiny study of real people: PLINK files of two populations, tables of their traits, and the study's YAML file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import yaml

from gtl.config import StudyConfig
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.flow import Per, stages_per
from gtl.formats.plink import write_bed, write_bim, write_fam
from gtl.stage_run import run_stage
from gtl.store import Store

SIBLINGS = ("S3", "S7")
"""Two of the small population who have the same parents."""

WITHOUT_HEIGHT = ("L5", "S9")
"""One of each population who has no height, but all else."""

MANY_MISSING = "L11"
"""One of the large population without 24 of its first 100 genotypes; everybody else has all."""

SMALL_POPULATIONS = ("YRI", "JPT")
"""Names of the two small populations of :func:`write_study_of_two`."""

LACKING = slice(0, None, 4)
"""Variants that the files of the second small population lack, when asked for."""

OTHER_ALLELE = slice(0, None, 3)
"""Variants at which the small population's files name the alleles the other way round."""


@dataclass(frozen=True)
class People:
    """One population: genotypes by the large population's alleles, and the table of its traits."""

    genotypes: GenotypeMatrix
    table: pd.DataFrame


def write_study(folder: Path, n_large: int = 60, n_small: int = 40, n_variants: int = 800) -> Path:
    """Write files of both populations into ``folder``, with a study about them.

    Traits are ``height`` (a quantitative trait with a person in each population who has none) and ``asthma`` (0 and 1);
    covariates are ``age`` and ``sex``. The small population's table has a column ``set`` (train or seal; nobody else
    is named there) for studies that draw no roles. The rows of the tables are in another order than the genotypes'.

    Returns
    -------
    Path of the study's YAML file
    """
    for name, people in made_people(n_large, n_small, n_variants).items():
        _write_plink(folder / name, people.genotypes, swapped=name == "small")
        people.table.iloc[::-1].to_csv(folder / f"{name}.tsv", sep="\t", index=False, na_rep="NA")
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump(_settings()))
    return path


def write_study_of_two(folder: Path, n_large: int = 60, n_small: int = 40, *, lacking: bool = False) -> Path:
    """As :func:`write_study`, with two small populations; ``lacking`` leaves :data:`LACKING` out of the second's files.

    The second one's table names the sealed people in its column ``set``; the first one's are a share.
    """
    path = write_study(folder, n_large, n_small)
    other = made_people(n_large, n_small, seed=8)["small"]
    samples = np.array([name.replace("S", "J") for name in other.genotypes.samples], dtype=object)
    keep = np.full(len(other.genotypes.variants), True)
    keep[LACKING] = not lacking
    genotypes = GenotypeMatrix(other.genotypes.variants, samples, other.genotypes.dosages).take_variants(keep)
    _write_plink(folder / "other", genotypes, swapped=False)
    table = other.table.assign(IID=samples, set=np.resize(["train", "train", "seal"], n_small))
    table.to_csv(folder / "other.tsv", sep="\t", index=False, na_rep="NA")
    settings = _settings()
    cohorts = {name: {"genotypes": f"{file}.bed", "tables": [f"{file}.tsv"]} for name, file in
               zip(SMALL_POPULATIONS, ("small", "other"), strict=True)}  # fmt: skip
    settings["populations"] = {"large": "CEU", "small": list(SMALL_POPULATIONS)}
    settings["files"] |= {"small": cohorts}
    settings["roles"] = {"populations": {"JPT": {"column": "set", "learning": ["train"], "final": ["seal"]}}}
    path.write_text(yaml.safe_dump(settings))
    return path


def made_people(n_large: int = 60, n_small: int = 40, n_variants: int = 800, seed: int = 3) -> dict[str, People]:
    """What :func:`write_study` writes: population → its people; ``seed`` makes others of the same variants."""
    frequency = np.random.default_rng(3).uniform(0.2, 0.8, n_variants)
    rng = np.random.default_rng(seed)
    rng.uniform(0.2, 0.8, n_variants)
    effects = np.where(np.arange(n_variants) % 40 == 0, 2.0, 0.0)
    made = {}
    for name, n_people, shift in (("large", n_large, 0.0), ("small", n_small, 0.1)):
        alleles = rng.random((n_variants, n_people, 2)) < (frequency + rng.normal(0, shift, n_variants))[:, None, None]
        if name == "small":
            _make_siblings(alleles, rng)
        dosages = alleles.sum(axis=2, dtype=np.int8)
        genotypes = _matrix(dosages, name[0].upper())
        made[name] = People(genotypes, _table(genotypes, effects, rng))
        if name == "large":
            dosages[rng.choice(100, 24, replace=False), int(MANY_MISSING[1:]) - 1] = -1
    return made


def people_stages(config: StudyConfig, store: Store) -> dict[str, Any]:
    """Run the stages of the study's people: name of each → its reference."""
    outputs: dict[str, Any] = {}
    for stage in [*stages_per(Per.STUDY), *stages_per(Per.COHORTS)]:
        outputs[stage.name] = run_stage(stage, config, store, outputs)
    return outputs


def _settings() -> dict[str, Any]:
    cohorts = {
        name: {"genotypes": f"{name}.bed", "tables": [f"{name}.tsv"]} for name in ("large", "small")
    }  # fmt: skip
    return {
        "name": "tiny",
        "source": "files",
        "populations": {"large": "CEU", "small": "YRI"},
        "files": cohorts,
        "traits": {"names": ["height", "asthma"], "covariates": ["age", "sex"]},
        "transfer": {"methods": ["covariates_only", "own_gblup", "transfer_gblup"]},
        "association": {"plots": False},
    }


def _make_siblings(alleles: npt.NDArray[np.bool_], rng: np.random.Generator) -> None:
    """Give the :data:`SIBLINGS` one of each parent's two alleles; the parents are nobody of the study."""
    first, second = (int(name[1:]) - 1 for name in SIBLINGS)
    parents = alleles[:, [first, second]].copy()
    for child in (first, second):
        passed = rng.integers(0, 2, (len(alleles), 2, 1))
        alleles[:, child] = np.take_along_axis(parents, passed, axis=2)[:, :, 0]


def _matrix(dosages: npt.NDArray[np.int8], prefix: str) -> GenotypeMatrix:
    n_variants, n_people = dosages.shape
    half = n_variants // 2
    variants = Variants(
        np.array(["1"] * half + ["2"] * (n_variants - half), dtype=object),
        np.arange(1, n_variants + 1, dtype=np.int64) * 10_000,
        np.array([f"rs{number}" for number in range(n_variants)], dtype=object),
        np.full(n_variants, "A", dtype=object),
        np.full(n_variants, "G", dtype=object),
    )
    samples = np.array([f"{prefix}{number}" for number in range(1, n_people + 1)], dtype=object)
    return GenotypeMatrix(variants, samples, dosages)


def _table(genotypes: GenotypeMatrix, effects: npt.NDArray[np.float64], rng: np.random.Generator) -> pd.DataFrame:
    n = genotypes.n_samples
    age, sex = rng.integers(20, 70, n), rng.integers(1, 3, n)
    genetic = effects @ (genotypes.dosages - genotypes.dosages.mean(axis=1, keepdims=True))
    height = 170 + genetic - 8.0 * (sex == 2) + 0.1 * age + rng.normal(0, 3, n)
    table = pd.DataFrame({
        "FID": 0, "IID": genotypes.samples, "sex": sex, "age": age, "height": height.round(2),
        "asthma": (genetic + rng.normal(0, 4, n) > 0).astype(int),
        "set": np.resize(["train", "train", "seal", "train", "NA"], n),
    })  # fmt: skip
    table.loc[table["IID"].isin(WITHOUT_HEIGHT), "height"] = np.nan
    return table


def _write_plink(stem: Path, genotypes: GenotypeMatrix, *, swapped: bool) -> None:
    variants, dosages = genotypes.variants, genotypes.dosages.copy()
    ref, alt = variants.ref.copy(), variants.alt.copy()
    if swapped:
        ref[OTHER_ALLELE], alt[OTHER_ALLELE] = alt[OTHER_ALLELE].copy(), ref[OTHER_ALLELE].copy()
        dosages[OTHER_ALLELE] = 2 - dosages[OTHER_ALLELE]
    variants = Variants(variants.chrom, variants.pos, variants.rsid, ref, alt)
    write_bed(GenotypeMatrix(variants, genotypes.samples, dosages), stem.with_suffix(".bed"))
    write_bim(variants, stem.with_suffix(".bim"))
    write_fam(genotypes.samples, stem.with_suffix(".fam"))
