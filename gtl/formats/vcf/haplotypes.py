"""Phased reference haplotypes of populations from one VCF."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from gtl.domain.genotypes import Haplotypes
from gtl.errors import InputError
from gtl.formats.sample_table import read_populations
from gtl.formats.text_file import PathLike, lines
from gtl.formats.vcf.rows import Row, header_samples, parse_row, variants_of

_ROWS_AT_ONCE = 1024


def read_phased_haplotypes(
    vcf_path: PathLike, sample_table_path: PathLike, populations: Sequence[str]
) -> tuple[Haplotypes, ...]:
    """Read the haplotypes of some populations from one phased VCF (plain, gzip or bgzip).

    Parameters
    ----------
    vcf_path
        Phased, without missing genotypes, biallelic variants only. Alleles are read in capitals; a variant without an
        ID (``.``) is named ``chrom:pos:ref:alt``.
    sample_table_path
        Table with columns ``sample`` and ``population`` (tab or comma). People in only one of the two files are left
        out.
    populations
        Codes in the column ``population``.

    Returns
    -------
    One Haplotypes for each population, all variants of the file, people in the order of the VCF, two columns each.

    Raises
    ------
    InputError
        If a genotype is unphased, missing or absent, a variant is not biallelic, positions decrease or are of two
        chromosomes, the header names a sample twice, or a population has nobody in the file; the message names file,
        line and sample.
    """
    numbered = lines(vcf_path)
    samples = header_samples(numbered, vcf_path)
    columns = _columns(samples, sample_table_path, populations, vcf_path)
    variants: list[tuple[str, int, str, str, str]] = []
    parts: list[list[npt.NDArray[np.int8]]] = [[] for _ in columns]
    for rows in _batches(numbered, len(samples), vcf_path):
        variants.extend(row.variant for row in rows)
        alleles = _alleles(rows, samples)
        for part, people in zip(parts, columns, strict=True):
            part.append(alleles[:, people].reshape(len(rows), -1))
    if not variants:
        raise InputError(f"{vcf_path}: no variants below the header")
    named = variants_of(variants)
    return tuple(Haplotypes(named, np.concatenate(part)) for part in parts)


def _columns(
    samples: list[str], table: PathLike, populations: Sequence[str], path: PathLike
) -> list[npt.NDArray[np.intp]]:
    population_of = read_populations(table)
    columns = []
    for population in populations:
        people = [i for i, sample in enumerate(samples) if population_of.get(sample) == population]
        if not people:
            raise InputError(
                f"{path}: nobody of population {population!r}; {table} has populations "
                f"{', '.join(sorted(set(population_of.values())))} and the VCF has {len(samples)} people, such as "
                f"{', '.join(samples[:3])}; set populations.large / populations.small to codes of the table"
            )
        columns.append(np.array(people, dtype=np.intp))
    return columns


def _batches(numbered: Iterator[tuple[int, bytes]], n_samples: int, path: PathLike) -> Iterator[list[Row]]:
    rows: list[Row] = []
    previous: Row | None = None
    for number, line in numbered:
        row = parse_row(line, n_samples, f"{path}: line {number}")
        _check_order(previous, row)
        rows.append(row)
        previous = row
        if len(rows) == _ROWS_AT_ONCE:
            yield rows
            rows = []
    if rows:
        yield rows


def _check_order(previous: Row | None, row: Row) -> None:
    if previous is None:
        return
    (chrom_before, pos_before, *_), (chrom, pos, *_) = previous.variant, row.variant
    if chrom != chrom_before:
        raise InputError(
            f"{row.where}: chromosome {chrom} after {chrom_before}, expected one; keep one (bcftools view -r {chrom})"
        )
    if pos < pos_before:
        raise InputError(f"{row.where}: position {pos} comes after {pos_before}; sort the file (bcftools sort)")


def _alleles(rows: list[Row], samples: list[str]) -> npt.NDArray[np.int8]:
    """Alleles (rows, people, 2) of lines that are `0|1` for everybody."""
    width = 4 * len(samples)
    text = np.frombuffer(b"".join(row.calls + b"\t" for row in rows if len(row.calls) == width - 1), dtype=np.uint8)
    cells = text.reshape(-1, len(samples), 4)
    alleles = cells[:, :, 0:3:2] - ord("0")
    fine = (cells[:, :, 1] == ord("|")).all() and (cells[:, :, 3] == ord("\t")).all() and (alleles <= 1).all()
    if len(cells) != len(rows) or not fine:
        _refuse(rows, samples)
    return alleles.view(np.int8)


def _refuse(rows: list[Row], samples: list[str]) -> None:
    """Raise for the first genotype that is not `0|0`, `0|1`, `1|0` or `1|1`."""
    for row in rows:
        calls = row.calls.split(b"\t")
        if len(calls) != len(samples):
            raise InputError(f"{row.where}: {len(calls)} genotypes, expected {len(samples)} as in the header")
        for sample, call in zip(samples, calls, strict=True):
            _check_call(call.decode(errors="replace"), f"{row.where}: variant {row.variant[2]}, sample {sample!r}")


def _check_call(call: str, where: str) -> None:
    if call in ("0|0", "0|1", "1|0", "1|1"):
        return
    if call in ("0", "1"):
        raise InputError(
            f"{where}: genotype {call!r}, expected two alleles: haploid as men's X and everybody's MT are; leave "
            "these people out (bcftools view -S), or give another chromosome"
        )
    if "." in call:
        raise InputError(f"{where}: genotype {call!r} is missing; impute it or leave the variant out")
    if "/" in call:
        raise InputError(f"{where}: genotype {call!r} is unphased, expected `0|1`; phase the file (SHAPEIT, Beagle)")
    raise InputError(f"{where}: genotype {call!r}, expected 0|0, 0|1, 1|0 or 1|1")
