"""One study: the verdict first, then what it rests on; of one without results, how far it is."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from gtl.browse.catalog import headline_of
from gtl.browse.finished import FinishedStudy
from gtl.browse.settings import settings_that_matter
from gtl.browse.tables import study_tables, traits
from gtl.steps.results_versions import results_versions
from gtl.store import Store
from operators.pages.access import not_found
from operators.pages.opening import Finished, Named, NamedStudy, Version, found_results, opened
from operators.pages.rendering import page

router = APIRouter()


@router.get("/studies/{store}/{study}")
def study_page(request: Request, which: NamedStudy, version: Version = "") -> HTMLResponse:
    """The page of a study."""
    found = found_results(which, version)
    if found is None and version:
        raise not_found(f"Study {which.name} has no such results in this store.")
    if found is None:
        return _begun(request, which)
    study = opened(which, found)
    current = which.place.store.find(f"studies/{which.name}/results")
    return page(
        request, "study.html",
        study=study, here=f"{which.place.id}/{which.name}", store=which.place.uri,
        at=f"?version={study.version}" if version else "", is_current=found == current,
        versions=results_versions(which.place.store, which.name), headline=headline_of(study),
        parts=[_part(study, name) for name in study.populations],
        settings=settings_that_matter(study.config) if study.config else {},
        traits=traits(study), tables=[table for table in study_tables(study).values() if "." not in table.name],
        pictures=_pictures(study),
    )  # fmt: skip


@router.get("/studies/{store}/{study}/models")
def models_page(request: Request, which: NamedStudy, study: Finished, part: bool = False) -> HTMLResponse:
    """The trained models behind the results, with what their cards say."""
    from gtl.browse.models import base_networks, model_rows, network_stages

    return page(
        request, "models.html", study=study, here=f"{which.place.id}/{which.name}", part=part,
        rows=model_rows(study), has_networks=bool(network_stages(study)), networks=[] if part else base_networks(study),
    )  # fmt: skip


@router.get("/studies/{store}/{study}/costs")
def costs_page(request: Request, which: NamedStudy, study: Finished, part: bool = False) -> HTMLResponse:
    """What each stage cost, and when it ran."""
    from gtl.browse.charts.course import span
    from gtl.report.times import path_sentence, stage_times

    times = study.times
    said = path_sentence(times).replace("Underlined", "Outlined", 1) if len(times) else ""
    return page(
        request, "costs.html",
        study=study, here=f"{which.place.id}/{which.name}", part=part, span=span(times),
        said=said, cpu=float(times["cpu_seconds"].sum()),
        stages=stage_times(times) if len(times) else None,
    )  # fmt: skip


def _part(study: FinishedStudy, name: str) -> dict[str, Any]:
    """What the page says of one small population."""
    from gtl.browse.figures import figures_of

    return figures_of(study, name)


def _pictures(study: FinishedStudy) -> list[tuple[str, str, str]]:
    """File, title and caption of each picture of real people and variants."""
    captions = {
        "components": ("Principal components", "Each dot is a person; populations lie apart."),
        "frequencies": (
            "Allele frequencies",
            "Each shared variant in both files: near a line, or alleles are mixed up.",
        ),
    }
    return [
        (file, f"{captions[kind][0]}{' of ' + mark.lstrip('_') if mark else ''}", captions[kind][1])
        for file in study.results.files if file.endswith(".png")
        for kind, _, mark in [file.removesuffix(".png").partition("_")] if kind in captions
    ]  # fmt: skip


def _begun(request: Request, which: Named) -> HTMLResponse:
    """The page of a study without results: what its store has of it."""
    from gtl.browse.progress import stored_stages

    store: Store = which.place.store
    stages = stored_stages(store, which.name)
    if not stages:
        raise not_found(f"There is no study {which.name} in this store.")
    return page(request, "begun.html", name=which.name, stages=stages, store=which.place.uri)
