"""Conversion of genotypes to VCF by PLINK (the paper's Module 3)."""

from collections.abc import Iterable

from gtl.domain.genotypes import GenotypeMatrix
from gtl.engines.plink.fileset import output_path, plink_argv, write_fileset
from gtl.engines.tool import Tool, output_file
from gtl.errors import InputError


def plink_vcf(tool: Tool, genotypes: GenotypeMatrix) -> bytes:
    """Genotypes as VCF 4.2, REF and ALT as they are named. Here the study's own names have to reach the tool.

    Raises
    ------
    InputError
        If a name is empty or has white space, which separates columns of PLINK's files; or is 0, its missing allele.
    ToolError
        If PLINK fails, or its output is not complete.
    """
    variants = genotypes.variants
    named = {"sample": genotypes.samples, "variant": variants.rsid, "chromosome": variants.chrom}
    for what, names in (named | {"allele": [*variants.ref, *variants.alt]}).items():
        _check_words(what, names)
    with tool.scratch() as folder:
        write_fileset(genotypes, folder)
        tool.run(plink_argv("--allow-extra-chr", "--real-ref-alleles", "--recode", "vcf-iid"), folder)
        return output_file(output_path(folder, "vcf")).read_bytes()


def _check_words(what: str, names: Iterable[str]) -> None:
    for name in names:
        if name.split() != [name] or name == "0":
            raise InputError(
                f"PLINK: {what} {name!r}: expected one word other than 0; rename it, or use engine builtin"
            )
