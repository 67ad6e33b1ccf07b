"""Our own genotype Parquet as a source."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np

from gtl.domain.dosages import Dosages
from gtl.domain.genotypes import Variants
from gtl.errors import InputError
from gtl.formats.genotype_parquet import is_imputed, read_blocks, read_chromosomes, read_samples
from gtl.formats.sources.base import FileSource, SourceSamples
from gtl.formats.variant_fields import chromosome as usual_name


class ParquetSource(FileSource):
    """A file of :mod:`gtl.formats.genotype_parquet`; :class:`InputError` if it is none."""

    def __init__(self, path: Path, *, one_allele: bool = False) -> None:
        if not path.is_file():
            raise InputError(f"{path}: no such file; check the path in the settings")
        samples = SourceSamples.named(read_samples(path).tolist(), path)
        super().__init__(path, samples, imputed=is_imputed(path), one_allele=one_allele)
        self._path = path

    def chromosomes(self) -> tuple[str, ...]:
        """As of :class:`GenotypeSource`."""
        return tuple(dict.fromkeys(usual_name(name) for name, _ in groupby(read_chromosomes(self._path))))

    def _read(self, chromosome: str) -> Iterator[tuple[Variants, Dosages]]:
        for block in read_blocks(self._path, self._block_variants()):
            names = {name: usual_name(name) for name in {*block.variants.chrom}}
            chrom = np.array([names[name] for name in block.variants.chrom], dtype=object)
            here = chrom == chromosome
            if here.any():
                found = block.variants
                yield Variants(chrom, found.pos, found.rsid, found.ref, found.alt).take(here), block.dosages[here]
