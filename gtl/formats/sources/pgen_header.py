"""What the header of a .pgen file says: its size, and whether a variant has dosages.

Layout: the PLINK 2 file format specification (github.com/chrchang/plink-ng, pgen_spec).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from gtl.errors import InputError

_MAGIC = b"\x6c\x1b"
_BED_MODE = 0x01
_HARD_CALLS = 0x02
_VARIABLE_WIDTH = 0x10
_BLOCK = 1 << 16
_DOSAGE = 0x60
"""Bits of a variant's record type that say that dosages follow its hard calls."""


@dataclass(frozen=True)
class PgenHeader:
    """Counts are None in a .pgen of mode 1, which is a .bed; where a mode is not known, there may be dosages."""

    n_variants: int | None
    n_people: int | None
    has_dosages: bool


def read_pgen_header(path: Path) -> PgenHeader:
    """Read the header; :class:`InputError` if it is not a .pgen file's or cut off."""
    with path.open("rb") as file:
        start = file.read(12)
        if not start.startswith(_MAGIC) or len(start) < 12:
            raise InputError(f"{path}: begins with {start[:3].hex()}, expected {_MAGIC.hex()}: a .pgen file of PLINK 2")
        mode = start[2]
        if mode == _BED_MODE:
            return PgenHeader(None, None, False)
        n_variants, n_people = (int.from_bytes(start[place : place + 4], "little") for place in (3, 7))
        if mode != _VARIABLE_WIDTH:
            return PgenHeader(n_variants, n_people, mode != _HARD_CALLS)
        return PgenHeader(n_variants, n_people, _any_dosage(file, n_variants, start[11], path))


def _any_dosage(file: BinaryIO, n_variants: int, control: int, path: Path) -> bool:
    """Whether a record type says so; four-bit types say nothing of dosages, as there are none."""
    if control & 0x0F < 4:
        return False
    after = (control & 0x03) + 1 + (control >> 4 & 0x03)  # bytes of a record's length and of its allele count
    file.seek(8 * -(-n_variants // _BLOCK), 1)  # where each block of records begins
    for first in range(0, n_variants, _BLOCK):
        count = min(_BLOCK, n_variants - first)
        types = np.frombuffer(file.read(count), dtype=np.uint8)
        if len(types) < count:
            raise InputError(f"{path}: cut off in its header; copy or download it again")
        if (types & _DOSAGE).any():
            return True
        flags = -(-count // 8) if control >> 6 == 3 else 0
        file.seek(count * after + flags, 1)
    return False
