"""How a genotype Parquet file keeps its dosages, and how they come from and go to memory.

The schema's metadata says which: ``encoding`` is ``two bits`` or ``hundredths``. Files without it are those of GTL 0.1,
a byte a person; they are read, and no longer written.
"""

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import Dosages, of_hundredths
from gtl.domain.packed_calls import PackedCalls, packed_width

Stored = npt.NDArray[np.uint8]


class Encoding(StrEnum):
    """What the bytes of a variant are."""

    TWO_BITS = "two bits"
    HUNDREDTHS = "hundredths"
    BYTES = "bytes"

    def width(self, n_people: int) -> int:
        """Bytes of a variant.

        >>> Encoding.TWO_BITS.width(5), Encoding.HUNDREDTHS.width(5)
        (2, 5)
        """
        return packed_width(n_people) if self is Encoding.TWO_BITS else n_people

    @property
    def doc(self) -> str:
        """What the column's own metadata says of it."""
        return _DOCS[self]

    def dosages(self, stored: Stored, n_people: int) -> Dosages:
        """Dosages in memory of (n_variants, width) bytes as they are stored: int8 hard calls, or float32."""
        if self is Encoding.TWO_BITS:
            return PackedCalls(stored, n_people).unpacked()
        return of_hundredths(stored) if self is Encoding.HUNDREDTHS else stored.view(np.int8)


_DOCS = {
    Encoding.TWO_BITS: "two bits each, the first in a byte's lowest: number of alt alleles, 3 = missing",
    Encoding.HUNDREDTHS: "one byte each: hundredths of an alt allele, 255 = missing",
    Encoding.BYTES: "one signed byte each: number of alt alleles, -1 = missing",
}
