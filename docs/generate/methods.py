"""The methods' reference: the registry's rows, and what each method's class says of itself and its sources."""

import ast
import re
from importlib.util import find_spec
from pathlib import Path

from gtl.domain.trait import TraitKind
from gtl.methods.registry import METHODS, MethodInfo, why_not

_ROLE = re.compile(r":\w+:`~?([^`]+)`")


def table() -> str:
    """A row a method: its name, what it does, and the studies in which it can run."""
    rows = [f"| [`{name}`](#{name}) | {info.title} | {_runs(info)} |" for name, info in METHODS.items()]
    return "\n".join(["| `transfer.methods` | in reports | large people · statistics |", "|---|---|---|", *rows])


def details() -> str:
    """A heading a method, its sentence, and its class's words with the literature."""
    return "\n\n".join(part for name, info in METHODS.items() for part in (f"### {name}", *_said(info)))


def _said(info: MethodInfo) -> list[str]:
    from_statistics = info.learned_from(sources=True).description
    other = [f"*From statistics:* {from_statistics}"] if info.location and from_statistics != info.description else []
    return [f"**{info.title}.** {info.description}", *other, *_docstring(info)]


def _runs(info: MethodInfo) -> str:
    """Whether a method runs in a study with the large population's people, and in one with its statistics."""
    said = ("no" if _cannot(info, sources) else "yes" for sources in (False, True))
    extra = "simulations alone" if info.needs_truth else "needs covariates" if info.needs_covariates else ""
    return " · ".join(said) + (f" ({extra})" if extra else "")


def _cannot(info: MethodInfo, sources: bool) -> str:
    return why_not(info, TraitKind.BINARY, sources=sources)


def _docstring(info: MethodInfo) -> list[str]:
    """The text of a method's class; the module is read, not imported, for some start TensorFlow."""
    module, _, name = (info.location or info.learned_from(sources=True).location).partition(":")
    spec = find_spec(f"gtl.methods.{module}")
    if spec is None or spec.origin is None:
        return []
    classes = ast.parse(Path(spec.origin).read_text()).body
    found = next((each for each in classes if isinstance(each, ast.ClassDef) and each.name == name), None)
    text = (ast.get_docstring(found) or "") if found else ""
    return [_ROLE.sub(r"`\1`", text).replace("``", "`")] if text else []
