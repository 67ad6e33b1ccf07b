"""The page that starts a study: what somebody has, what people change, and all the rest folded.

It is made from the settings' own models (:mod:`gtl.config.fields`). What is filled in is triggered by Airflow's own
REST API with the session of whoever fills it in, so that permissions, checks and answers are those of any trigger.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Annotated, Any

import yaml
from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse

from gtl.browse.settings import OF_FILES, OF_SIMULATIONS
from gtl.config import StudyConfig, flatten, preset
from gtl.config.answers import PRESET, tree_of_answers
from gtl.config.fields import SettingField, section_title, setting_fields
from gtl.config.loading import NO_PRESET, preset_names
from gtl.config.text_values import NOTHING
from gtl.errors import InputError
from gtl.methods.registry import METHODS
from operators.airflow_settings import allowed_roots, default_store, home
from operators.form import ASKED, ENTRANCES
from operators.pages.access import TRANSFER_STUDY, User, may_trigger, not_found
from operators.pages.file_names import names_like
from operators.pages.rendering import page
from operators.trigger_check import checked, problems_in
from operators.trigger_middleware import bounded_body

_MOST_LETTERS = 4096

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "files": ("With files of two populations",),
    "statistics": ("With summary statistics or a score", "With files of two populations"),
    "simulated": ("With nothing: the simulation",),
}
"""What somebody has → the sections that are asked; of files with statistics only those of the small population."""


def may_start(user: User) -> None:
    """Answer 404 to whoever may not start studies."""
    if not may_trigger(user, TRANSFER_STUDY):
        raise not_found()


router = APIRouter(prefix="/new", dependencies=[Depends(may_start)])


@router.get("")
def new_study(request: Request) -> HTMLResponse:
    """The form."""
    fields = setting_fields()
    first = ("name", "populations.large", "populations.small", "transfer.methods", "store")
    return page(
        request, "new_study.html",
        entrances=_entrances(), presets=_presets(), bases=_bases(), dag_id=TRANSFER_STUDY,
        first=[fields[name] for name in first],
        sections={title: [fields[name] for name in names] for title, names in ENTRANCES.items()},
        of=lambda title: [entrance for entrance, titles in _NEEDED.items() if title in titles],
        advanced=advanced_fields(), of_advanced=_whom_for, method_help=_method_help(), paths=_paths(), nothing=NOTHING,
    )  # fmt: skip


@router.post("/preview")
async def preview(request: Request) -> dict[str, Any]:
    """What is wrong with what is filled in, and the same as ``conf`` of the REST API and as a study file."""
    body = await bounded_body(request.receive)
    try:
        answers = json.loads(body or b"")
        given = {str(name): value for name, value in answers.items() if value is not None}
    except (ValueError, AttributeError, RecursionError):
        raise HTTPException(422, "expected what is filled in as a JSON object of settings") from None
    return await run_in_threadpool(previewed, given)


def previewed(given: dict[str, Any]) -> dict[str, Any]:
    """``conf``, ``yaml`` and ``problems`` of what is filled in."""
    answers = {PRESET: None, **given}
    seen: dict[str, Any] = {"conf": given, "yaml": "", "problems": []}
    with suppress(InputError):  # said below, with whatever else is wrong
        seen["yaml"] = yaml.safe_dump(tree_of_answers(answers), sort_keys=False, allow_unicode=True)
    try:
        checked({"store": default_store(), **answers})
    except InputError as error:
        seen["problems"] = [{"field": problem.field, "message": problem.message} for problem in problems_in(error)]
    return seen


@router.get("/files")
def files(begin: Annotated[str, Query(max_length=_MOST_LETTERS)] = "") -> list[str]:
    """Names of files and folders that begin so, below the folders that studies may name."""
    return names_like(begin, allowed_roots(), home())


def _entrances() -> dict[str, tuple[str, str]]:
    """What somebody can have → what it is called, and what it means."""
    names = setting_fields()["source"].choices
    means = {
        "simulated": "People are simulated from a reference panel, and diseases from their genotypes: the truth is "
        "known, and no data are needed.",
        "files": "Genotypes and tables of a large and of a small population.",
        "statistics": "GWAS statistics or a published score in place of the large population's people.",
    }
    return {name: (names[name], means[name]) for name in ("files", "statistics", "simulated")}


def _presets() -> dict[str, str]:
    """Name of a preset → what it is."""
    means = {
        "quick": "minutes: a small study that can answer its own question",
        "paper": "every number of Muneeb, Feng & Henschel 2022: a quarter of an hour on two cores",
        "reproduction": "the paper's, repeated with new people: an hour or two",
    }
    ordered = sorted(preset_names(), key=[*means].index)
    return {**{name: means[name] for name in ordered}, NO_PRESET: "the settings' own defaults"}


@cache
def _bases() -> dict[str, dict[str, Any]]:
    """What a blank field is, by preset."""
    studies = {**{name: preset(name) for name in preset_names()}, NO_PRESET: StudyConfig()}
    return {name: flatten(study) | {"store": default_store()} for name, study in studies.items()}


def advanced_fields() -> dict[str, list[SettingField]]:
    """Title of each section → its fields that are not asked before."""
    found: dict[str, list[SettingField]] = {}
    for field in setting_fields().values():
        if field.name not in ASKED:
            found.setdefault(section_title(field.section), []).append(field)
    return found


def _whom_for(field: SettingField) -> tuple[str, ...]:
    """What somebody has for whom a field's section matters; empty if it is for everybody."""
    section = field.name.partition(".")[0]
    if section in OF_SIMULATIONS:
        return ("simulated",)
    return ("files", "statistics") if section in OF_FILES else ()


def _method_help() -> dict[str, str]:
    return {name: info.description for name, info in METHODS.items()}


def _paths() -> set[str]:
    """The fields that hold paths."""
    ends = ("genotypes", "samples", "tables", "hap_large", "hap_small", "legend", "legend_small", "vcf", "sample_table",
            "genetic_map", "store")  # fmt: skip
    return {name for name in setting_fields() if name.rpartition(".")[2] in ends}
