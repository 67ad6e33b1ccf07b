"""Genotypes of a cohort: .gen, with its .sample."""

import numpy as np
import numpy.typing as npt

from gtl.domain.genotypes import MISSING, GenotypeMatrix
from gtl.errors import InputError
from gtl.formats.oxford.samples import read_sample
from gtl.formats.oxford.variants import variants_of_rows
from gtl.formats.text_file import PathLike, Sink, as_text, lines, writable

_TRIPLES = np.array([b"1 0 0 ", b"0 1 0 ", b"0 0 1 ", b"0 0 0 "])
"""What a .gen line says of dosage 0, 1, 2 and (index -1) of a missing genotype."""

_ROWS_AT_ONCE = 1024


def read_gen(gen_path: PathLike, sample_path: PathLike, chromosome: str) -> GenotypeMatrix:
    """Read genotypes: five columns (SNP id, rs id, position, alleles A and B), then p(AA) p(AB) p(BB) a person.

    The dosage is p(AB) + 2 p(BB), as PhenotypeSimulator's (its ``readStandardGenotypes``); ``0 0 0`` is a missing
    genotype, as SNPTEST has it. Dosages are whole numbers here, so uncertain genotypes are refused, not rounded.

    Parameters
    ----------
    gen_path, sample_path
        The two files that HAPGEN2 writes.
    chromosome
        Name to give the chromosome; neither file has it.

    Raises
    ------
    InputError
        If the files disagree on the number of people, a line is not as described, or a triple of probabilities is not
        one certain genotype; the message names file, line and sample.
    """
    samples = read_sample(sample_path).samples
    names: list[list[str]] = []
    dosages: list[npt.NDArray[np.int8]] = []
    for number, line in lines(gen_path):
        where = f"{gen_path}: line {number}"
        fields = line.split(None, 5)
        if len(fields) < 5:
            raise InputError(
                f"{where}: {len(fields)} columns, expected SNP id, rs id, position, two alleles, genotypes"
            )
        names.append([as_text(field, where).strip("'\"") for field in fields[1:5]])
        dosages.append(_triples_to_dosages(b"".join(fields[5:]), samples, where))
    return GenotypeMatrix(variants_of_rows(names, chromosome, gen_path, first_line=1), samples, np.stack(dosages))


def write_gen(matrix: GenotypeMatrix, file: Sink) -> None:
    """Write genotypes as HAPGEN2 does (``snp_0`` in the first column); missing ones as ``0 0 0``."""
    variants = matrix.variants
    rows = enumerate(zip(variants.rsid, variants.pos.tolist(), variants.ref, variants.alt, strict=True))
    with writable(file) as gen:
        for start in range(0, len(variants), _ROWS_AT_ONCE):
            triples = _TRIPLES[matrix.dosages[start : start + _ROWS_AT_ONCE]]
            for line, (row, (rsid, pos, ref, alt)) in zip(triples, rows, strict=False):
                gen.write(f"snp_{row} {rsid} {pos} {ref} {alt} ".encode())
                gen.write(line.tobytes()[:-1] + b"\n")


def _triples_to_dosages(text: bytes, samples: npt.NDArray[np.object_], where: str) -> npt.NDArray[np.int8]:
    count = 3 * len(samples)
    digits = _single_digits(text, count)
    triples = (_numbers(text, count, where) if digits is None else digits).reshape(-1, 3)
    dosages = (triples[:, 1] + 2 * triples[:, 2]).astype(np.int8)
    total = triples.sum(axis=1)
    certain = ((triples == 0) | (triples == 1)).all(axis=1) & (total <= 1)
    for column in np.flatnonzero(~certain)[:1]:
        raise InputError(
            f"{where}: sample {samples[column]!r}: probabilities {' '.join(f'{p:g}' for p in triples[column])}, "
            "expected one 1 and two 0 (or 0 0 0 for missing); call the genotypes before, uncertain ones as missing"
        )
    dosages[total == 0] = MISSING
    return dosages


def _single_digits(text: bytes, count: int) -> npt.NDArray[np.uint8] | None:
    """The digits of ``1 0 0 0 1 0``, HAPGEN2's way to write; None where numbers are written otherwise."""
    raw = np.frombuffer(text.rstrip(), dtype=np.uint8)
    digits = raw[::2] - ord("0")
    return digits if len(raw) == 2 * count - 1 and (raw[1::2] == ord(" ")).all() and (digits <= 1).all() else None


def _numbers(text: bytes, count: int, where: str) -> npt.NDArray[np.float64]:
    fields = text.split()
    if len(fields) != count:
        raise InputError(
            f"{where}: {len(fields)} probabilities, expected {count}: three for each of the {count // 3} people of the "
            ".sample file; give the .sample that belongs to this file"
        )
    try:
        return np.array(fields, dtype=np.float64)
    except ValueError as error:
        raise InputError(f"{where}: probabilities must be numbers: {error}") from None
