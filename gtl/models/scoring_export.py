"""Linear models as scoring files of the PGS Catalog (2.0), which pgsc_calc and GenoPred read.

plink2 does not skip the particulars at the top; without them (``grep -v '^#'``) it reads columns 1, 4 and 6:
``plink2 --score FILE 1 4 6 header``.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gtl.domain.trait import TraitKind
from gtl.formats.text_file import Sink, writable
from gtl.learn.model_card import ModelCard, ModelSnp

COLUMNS = (
    "rsID",
    "chr_name",
    "chr_position",
    "effect_allele",
    "other_allele",
    "effect_weight",
    "allelefrequency_effect",
)
_TOP = (
    "###PGS CATALOG SCORING FILE - see https://www.pgscatalog.org/downloads/#dl_ftp_scoring for additional information"
)
_WEIGHTS = {TraitKind.BINARY: "log(OR)", TraitKind.QUANTITATIVE: "beta"}


def write_scoring_file(card: ModelCard, weights: npt.NDArray[np.float64], file: Sink, build: str = "") -> None:
    """Write a linear model's weights, so that they read back the same.

    The score is what the model says of genotypes before its intercept, covariates and, of a binary trait, the logistic
    function. Frequencies are half the training people's mean dosages: what stands in for a missing genotype in our own
    predictions, while plink2 takes the mean of the people that it scores (unless told with ``--read-freq``).

    Parameters
    ----------
    weights
        (n_snps,) value or log odds of one more effect allele, in the order of the card's SNPs.
    build
        Genome build of the card's positions, such as GRCh37; "" where it is not known, which the file states as NR.
    """
    head = {
        "format_version": "2.0",
        "pgs_name": f"{card.study}-{card.phenotype}-{card.method}",
        "trait_reported": card.phenotype,
        "weight_type": _WEIGHTS[card.trait_kind],
        "genome_build": build or "NR",
        "variants_number": str(len(card.snps)),
    }
    lines = [_TOP, *(f"#{key}={_one_line(value)}" for key, value in head.items()), "\t".join(COLUMNS)]
    lines += ["\t".join(_row(snp, weight)) for snp, weight in zip(card.snps, weights.tolist(), strict=True)]
    with writable(file) as out:
        out.write("".join(f"{line}\n" for line in lines).encode())


def _row(snp: ModelSnp, weight: float) -> Sequence[str]:
    place = (snp.chromosome, str(snp.position)) if snp.position else ("", "")
    return (snp.rsid, *place, snp.counted_allele, snp.other_allele, repr(weight), repr(snp.mean_dosage / 2))


def _one_line(text: str) -> str:
    return " ".join(text.split())
