"""Templates, and links that are relative to the page: pages work below any prefix of any proxy."""

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette._utils import get_route_path
from starlette.exceptions import HTTPException

from gtl.errors import ArtifactMissing, GtlError
from operators.pages.assets import versioned

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'self'"
)
"""What a page may load: nothing from elsewhere. Plotly writes style rules of its own."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def page(request: Request, template: str, status: int = 200, /, **values: Any) -> HTMLResponse:
    """A page from a template, which gets ``root`` (the way to the first page) and ``asset`` (address of a file)."""
    # What a script puts into a page one level up has that page's way.
    root = root_of(request, up=int(bool(values.get("part"))))
    text = _environment().get_template(template).render(
        root=root, asset=lambda name: f"{root}static/{versioned(name)}", **values
    )  # fmt: skip
    return HTMLResponse(text, status, headers=HEADERS)


def root_of(request: Request, up: int = 0) -> str:
    """The way to the first page, such as ``../../``, from a page or one so many levels ``up``; ``./`` on the first."""
    return "../" * (get_route_path(request.scope).count("/") - 1 - up) or "./"


def say_what_is_wrong(app: FastAPI) -> None:
    """Let whoever reads a page get what is wrong as a page, and a script as JSON."""

    def answer(request: Request, status: int, what: str) -> Response:
        if "text/html" in request.headers.get("accept", "") and status != 401:
            return page(request, "problem.html", status, status=status, what=what)
        return JSONResponse({"detail": what}, status, headers=HEADERS)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        return answer(request, error.status_code, str(error.detail))

    @app.exception_handler(RequestValidationError)
    async def misread(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        return answer(request, 422, f"{first['loc'][-1]}: {first['msg']}")

    @app.exception_handler(GtlError)
    async def failed(request: Request, error: GtlError) -> Response:
        return answer(request, 404 if isinstance(error, ArtifactMissing) else 422, str(error))


def read_templates() -> None:
    """Translate all templates, which takes as long as the rest of a study's page."""
    for name in _environment().list_templates(extensions=["html"]):
        _environment().get_template(name)


@cache
def _environment() -> Environment:
    from operators.pages import wording

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
    )  # fmt: skip
    environment.filters |= wording.FILTERS
    return environment
