"""Reference haplotypes: .hap with its .legend."""

import numpy as np
import numpy.typing as npt

from gtl.domain.genotypes import Haplotypes, Variants
from gtl.errors import InputError
from gtl.formats.oxford.variants import variants_of_rows
from gtl.formats.text_file import PathLike, Sink, as_text, line_blocks, lines, words, writable

_ROWS_AT_ONCE = 1024


def read_haplotypes(hap_path: PathLike, legend_path: PathLike, chromosome: str) -> Haplotypes:
    """Read reference haplotypes: one line a variant, one 0 or 1 a haplotype, blanks between.

    Parameters
    ----------
    hap_path
        The .hap file.
    legend_path
        Its .legend: a header line (any names), then id, position, allele 0, allele 1; further columns are ignored. A
        variant without an id (``.``) is named ``chrom:pos:allele 0:allele 1``.
    chromosome
        Name to give the chromosome; neither file has it.

    Raises
    ------
    InputError
        If the two files differ in length (both are stated), an allele is not 0 or 1 (line and column are), lines
        differ in width or have not two alleles a person, positions decrease, or a file cannot be read.
    """
    variants = _read_legend(legend_path, chromosome)
    blocks: list[npt.NDArray[np.int8]] = []
    n_rows = 0
    for block in line_blocks(hap_path):
        width = blocks[0].shape[1] if blocks else None
        blocks.append(_hap_alleles(block, width, n_rows + 1, hap_path))
        n_rows += len(blocks[-1])
    if n_rows != len(variants):
        raise InputError(
            f"{hap_path} has {n_rows} variants but {legend_path} has {len(variants)}; "
            "give the legend that came with the haplotypes"
        )
    return Haplotypes(variants, np.concatenate(blocks))


def write_hap_legend(haplotypes: Haplotypes, hap_file: Sink, legend_file: Sink) -> None:
    """Write ``haplotypes`` as HAPGEN2 reads them, header ``id position a0 a1``."""
    with writable(hap_file) as hap:
        for start in range(0, len(haplotypes.variants), _ROWS_AT_ONCE):
            alleles = haplotypes.alleles[start : start + _ROWS_AT_ONCE]
            cells = np.full((len(alleles), 2 * haplotypes.n_haplotypes), ord(" "), dtype=np.uint8)
            cells[:, ::2] = alleles + ord("0")
            cells[:, -1] = ord("\n")
            hap.write(cells.tobytes())
    variants = haplotypes.variants
    rows = zip(variants.rsid, variants.pos.tolist(), variants.ref, variants.alt, strict=True)
    with writable(legend_file) as legend:
        legend.write(b"id position a0 a1\n")
        legend.write("".join(f"{rsid} {pos} {ref} {alt}\n" for rsid, pos, ref, alt in rows).encode())


def _read_legend(path: PathLike, chromosome: str) -> Variants:
    numbered = lines(path)
    header = words(as_text(next(numbered)[1], f"{path}: line 1"))
    if len(header) < 4 or header[1].isdigit():
        raise InputError(f"{path}: line 1: {' '.join(header)!r}, expected a header such as `id position a0 a1`")
    rows = []
    for number, line in numbered:
        fields = words(as_text(line, f"{path}: line {number}"))
        if len(fields) != len(header):
            raise InputError(f"{path}: line {number}: {len(fields)} columns, expected {len(header)} as in the header")
        rows.append(fields[:4])
    if not rows:
        raise InputError(f"{path}: no variants below the header")
    return variants_of_rows(rows, chromosome, path, first_line=2)


def _hap_alleles(block: bytes, width: int | None, first_line: int, path: PathLike) -> npt.NDArray[np.int8]:
    """Alleles (rows, haplotypes) of whole lines; ``width`` is the number of haplotypes seen before."""
    text = np.frombuffer(block, dtype=np.uint8)
    cell = text > ord(" ")
    ends = np.flatnonzero(text == ord("\n"))
    counts = np.diff(np.concatenate([[0], np.cumsum(cell, dtype=np.int64)[ends]]))
    expected = _even(int(counts[0]), path) if width is None else width
    for row in np.flatnonzero(counts != expected)[:1]:
        raise InputError(f"{path}: line {first_line + row}: {counts[row]} alleles, expected {expected} as in line 1")
    cells = text[cell]
    digits = cells - ord("0")
    for index in np.flatnonzero(digits > 1)[:1]:
        raise InputError(
            f"{path}: line {first_line + index // expected}, column {index % expected + 1}: "
            f"allele {chr(cells[index])!r}, expected 0 or 1"
        )
    for index in np.flatnonzero(cell[1:] & cell[:-1])[:1]:
        raise InputError(
            f"{path}: line {first_line + np.searchsorted(ends, index)}: alleles without a blank between them"
        )
    return digits.view(np.int8).reshape(len(ends), expected)


def _even(width: int, path: PathLike) -> int:
    if width == 0 or width % 2:
        raise InputError(f"{path}: line 1: {width} alleles, expected an even number: two haplotypes of each person")
    return width
