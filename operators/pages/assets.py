"""Style sheets and scripts: ours, and plotly's own from the installed package. Nothing comes from another machine."""

import gzip
import hashlib
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import Response

from operators.pages.access import not_found

router = APIRouter()

_PLOTLY = "plotly.min.js"
_TYPES = {"css": "text/css", "js": "text/javascript"}
_SECONDS = 365 * 24 * 3600
_FILES: dict[str, Callable[[], bytes]] = {
    "pages.css": lambda: _own("pages.css"),
    "pages.js": lambda: _own("pages.js"),
    "charts.js": lambda: _own("charts.js"),
    "new_study.css": lambda: _own("new_study.css"),
    "new_study.js": lambda: _own("new_study.js"),
    _PLOTLY: lambda: resources.files("plotly").joinpath("package_data", _PLOTLY).read_bytes(),
}


@router.get("/static/{name}")
def asset(name: str, accept_encoding: Annotated[str, Header()] = "") -> Response:
    """A file of a fixed list; packed once, and kept by browsers until its address has another version."""
    if name not in _FILES:
        raise not_found()
    headers = {
        "Cache-Control": f"private, max-age={_SECONDS}, immutable",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
    }
    media_type = _TYPES[name.rpartition(".")[2]]
    if "gzip" in accept_encoding:
        return Response(_packed(name), headers=headers | {"Content-Encoding": "gzip"}, media_type=media_type)
    return Response(_content(name), headers=headers, media_type=media_type)


@cache
def versioned(name: str) -> str:
    """Name of a file with a mark that changes as its content does."""
    return f"{name}?v={hashlib.sha256(_content(name)).hexdigest()[:12]}"


@cache
def _content(name: str) -> bytes:
    return _FILES[name]()


@cache
def _packed(name: str) -> bytes:
    return gzip.compress(_content(name), compresslevel=6)


def _own(name: str) -> bytes:
    return resources.files("operators.pages").joinpath("static", name).read_bytes()
