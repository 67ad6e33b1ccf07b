"""``gtl statistics``: what a file of GWAS summary statistics holds, and whether it can be trusted."""

from pathlib import Path
from typing import Annotated

import typer

from gtl.errors import InputError


def statistics(
    file: Annotated[str, typer.Argument(help="Summary statistics; with {chrom} in the name, one file a chromosome.")],
    reference: Annotated[
        str | None, typer.Option(help="Genotypes of people like those of the study, in any format that GTL reads.")
    ] = None,
    reference_groups: Annotated[
        str | None,
        typer.Option(metavar="TABLE:COLUMN", help="Groups of the reference's people; tells the statistics' ancestry."),
    ] = None,
    chain: Annotated[
        Path | None, typer.Option(help="UCSC chain file that lifts the statistics to the reference's genome build.")
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(metavar="MEANING=COLUMN", help="Name columns, e.g. effect_allele=A1,other_allele=A2."),
    ] = None,
    heritability: Annotated[
        bool, typer.Option("--heritability", help="Estimate it by LD score regression; needs --reference.")
    ] = False,
    plots: Annotated[Path | None, typer.Option(help="Folder for pictures of the checks, PNG and SVG.")] = None,
    n: Annotated[float | None, typer.Option("--n", help="People of the study, if the file does not say.")] = None,
    cases: Annotated[float | None, typer.Option(help="Cases of the study; gives effective numbers.")] = None,
    controls: Annotated[float | None, typer.Option(help="Controls of the study.")] = None,
    trait_sd: Annotated[
        float | None, typer.Option(help="Standard deviation of the trait, in the units of the effects.")
    ] = None,
) -> None:
    """Read GWAS summary statistics of any usual format, say what was found, and check it."""
    from gtl.formats.chain_file import ChainFile
    from gtl.formats.genotype_source import open_genotypes
    from gtl.prepare.lifted_files import lift_statistics
    from gtl.prepare.statistics_examined import examine
    from gtl.prepare.statistics_people import People
    from gtl.prepare.summary_statistics import read_statistics
    from gtl.report.statistics_text import statistics_text

    _check_options(reference, heritability=heritability, groups=reference_groups)
    found = read_statistics(file, named_columns(columns or []), People(n, cases, controls))
    if chain is not None:
        found = lift_statistics(found, ChainFile.read(chain))
    source = None if reference is None else open_genotypes(reference)
    examined = examine(found, source, groups=reference_groups, heritability=heritability, trait_sd=trait_sd)
    typer.echo(statistics_text(found, examined.checks))
    if plots is not None:
        from gtl.report.statistics_pictures import write_pictures

        typer.echo(f"pictures: {', '.join(map(str, write_pictures(examined, plots)))}")
    wrong = [check.name for check in examined.checks if check.wrong]
    if wrong:
        raise InputError(f"{file}: a study of it would be wrong, see the advice above: {', '.join(wrong)}")


def _check_options(reference: str | None, *, heritability: bool, groups: str | None) -> None:
    if reference is not None:
        return
    if heritability:
        raise InputError("--heritability needs people like those of the study: --reference GENOTYPES")
    if groups:
        raise InputError("--reference-groups are those of the reference's people: --reference GENOTYPES")


def named_columns(texts: list[str]) -> dict[str, str]:
    """Meaning → column, of ``MEANING=COLUMN`` separated by commas.

    >>> named_columns(["effect_allele=A1,other_allele=A2", "p=P-value"])
    {'effect_allele': 'A1', 'other_allele': 'A2', 'p': 'P-value'}
    """
    pairs = [pair.partition("=") for text in texts for pair in text.split(",")]
    for meaning, equals, column in pairs:
        if not (meaning and equals and column):
            raise InputError(f"--columns {meaning}{equals}{column}: expected MEANING=COLUMN, such as effect_allele=A1")
    return {meaning.strip(): column.strip() for meaning, _, column in pairs}
