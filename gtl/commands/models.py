"""``gtl models`` and ``gtl predict``: the registry of trained models, and what they say of new people."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gtl.commands.options import Format, OutputFormat, StorePlace, StudyName
from gtl.errors import ArtifactCorrupt

if TYPE_CHECKING:
    from gtl.models.prediction import Prediction
    from gtl.models.scoring import Scored

models = typer.Typer(no_args_is_help=True, help="List, show, verify or export the trained models of a study.")

ModelName = Annotated[str, typer.Argument(help="Name of the model, as `gtl models list` prints it.")]


@models.command("list")
def list_models(study: StudyName, store: StorePlace = "results", output: OutputFormat = Format.TABLE) -> None:
    """List every trained model with what its card says."""
    from gtl.models.registry import model_table, stored_models
    from gtl.report.plain_table import as_text
    from gtl.store import Store

    found = stored_models(Store(store), study)
    typer.echo(as_text(model_table(found), output.value), nl=False)
    typer.echo(f"score new people: gtl predict --model {shlex.quote(found[-1].uri)} --genotypes FILE", err=True)


@models.command()
def show(study: StudyName, model: ModelName, store: StorePlace = "results") -> None:
    """Print a model's card, JSON: architecture, SNPs with counted alleles, hashes, seed, metrics, versions."""
    from gtl.models.registry import stored_model
    from gtl.store import Store

    typer.echo(stored_model(Store(store), study, model).card.to_json())


@models.command()
def verify(study: StudyName, store: StorePlace = "results") -> None:
    """Check the models behind the results: their hashes, and that they load; the exit code is 2 if one is wrong."""
    from gtl.models import registry
    from gtl.store import Store

    place = Store(store)
    verdicts = dict(registry.verify(registry.stored_models(place, study)))
    bad = [f"{name}: {problem}" for name, problem in verdicts.items() if problem]
    typer.echo(f"{len(verdicts) - len(bad)} of {len(verdicts)} models are what their cards and manifests say")
    if bad:
        raise ArtifactCorrupt("\n".join(bad))


@models.command()
def export(
    study: StudyName,
    folder: Annotated[Path, typer.Option("--to", help="Folder to copy models and cards to.")],
    model: Annotated[str | None, typer.Option(help="Only this model, named as `gtl models list` does.")] = None,
    store: StorePlace = "results",
) -> None:
    """Copy models and cards to a folder, checked; `gtl predict` reads them there.

    Linear models are also written as PGS Catalog scoring files (NAME.pgs.txt): the genetic score, without intercept and
    covariates. plink2 wants them without the first lines: grep -v '^#' NAME.pgs.txt > s; plink2 --score s 1 4 6 header.
    """
    from gtl.models import registry
    from gtl.store import Store

    place = Store(store)
    chosen = [registry.stored_model(place, study, model)] if model else registry.stored_models(place, study)
    for path in registry.export(chosen, folder):
        typer.echo(path)


def predict(
    model: Annotated[
        str,
        typer.Option(
            help="Path or URI of a model file, whose card lies beside it; or a published score: a PGS Catalog scoring "
            "file (PGS000001.txt.gz), or a table of PRSice or plink --score (with a header, or variant allele weight)."
        ),
    ],
    genotypes: Annotated[
        Path,
        typer.Option(
            help="New people: VCF or BCF, PLINK .bed or .pgen, BGEN, .gen, .parquet, 23andMe .txt; with {chrom} in the "
            "name, one file a chromosome."
        ),
    ],
    output: OutputFormat = Format.TABLE,
    tables: Annotated[
        list[Path] | None, typer.Option(help="Table with the people's covariates; several times for several.")
    ] = None,
    list_missing: Annotated[bool, typer.Option("--list-missing", help="Name every SNP that was missing.")] = False,
    weight: Annotated[str | None, typer.Option(help="Published score: its column of weights, if unclear.")] = None,
    mean_imputation: Annotated[
        bool, typer.Option(help="Published score: a missing genotype counts as the people's mean, as in plink2.")
    ] = True,
    chain: Annotated[
        Path | None, typer.Option(help="Published score: UCSC chain file that lifts it to the people's genome build.")
    ] = None,
) -> None:
    """Score new people with a trained model or a published score; says on stderr what was missing.

    A published score is matched by position and alleles; its scores are those of plink2 --score (sum, and average an
    allele). What cannot be applied is counted, and named by --list-missing.
    """
    from gtl.models import registry
    from gtl.report.plain_table import as_text

    if registry.is_scoring_file(model):
        found: Prediction | Scored = _scored(Path(model), genotypes, weight, chain, impute=mean_imputation)
        lines = (*found.notes, *(("a published score has no covariates: --tables is not used",) if tables else ()))
    else:
        from gtl.models.prediction import predict as predicted

        found = predicted(*registry.load_model(model), genotypes, tables or [])
        lines = (found.coverage(), *found.notes)
    for line in lines:
        typer.echo(line, err=True)
    if list_missing and len(found.missing):
        typer.echo(found.missing.to_csv(index=False), err=True, nl=False)
    typer.echo(as_text(found.people, output.value), nl=False)


def _scored(score: Path, genotypes: Path, weight: str | None, chain: Path | None, *, impute: bool) -> "Scored":
    from gtl.formats.scoring_file import read_scoring_file
    from gtl.models.scoring import score_people

    found = read_scoring_file(score, weight)
    if chain:
        from gtl.formats.chain_file import ChainFile
        from gtl.prepare.lifted_files import lift_score

        found = lift_score(found, ChainFile.read(chain))
    return score_people(found, genotypes, impute=impute)
