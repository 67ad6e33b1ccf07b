"""The terminal's view of a finished study: the summary after a run, and any table as text, CSV or JSON.

Colour is left to rich, which drops it where the output is no terminal or ``NO_COLOR`` is set; nothing is said by
colour alone.
"""

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gtl.errors import InputError
from gtl.methods.registry import BASELINE, method_order, method_title
from gtl.report.scores import Score, scores_of

FORMATS = ("table", "csv", "json")
_WIDEST = 1000


def summary(results: pd.DataFrame, metric: str, ceiling: float | None = None) -> Table:
    """Final score of each phenotype and method with its interval, and the gain over no transfer, in percent.

    Parameters
    ----------
    results
        Table RESULTS.
    metric
        The study's own.
    ceiling
        Best possible accuracy (0 to 1), told in the caption.
    """
    scores = scores_of(results, "final", metric)
    methods = sorted({method for _, method in scores}, key=method_order)
    table = Table(title=f"Final {metric.replace('_', ' ')}, % (interval; gain)", caption=_caption(scores, ceiling))
    table.add_column("phenotype", no_wrap=True)
    for method in methods:
        table.add_column(method_title(method), justify="right", overflow="fold")
    for code in dict.fromkeys(code for code, _ in scores):
        table.add_row(code, *(_cell(scores.get((code, method)), scores.get((code, BASELINE))) for method in methods))
    return table


def show_summary(results: pd.DataFrame, metric: str, ceiling: float | None = None) -> None:
    """Print :func:`summary`; as wide as it needs where the output is no terminal."""
    console, table = Console(), summary(results, metric, ceiling)
    if not console.is_terminal:
        needed = console.measure(table, options=console.options.update(width=_WIDEST))
        console.width = max(console.width, needed.maximum)
    console.print(table)


def as_text(table: pd.DataFrame, form: str = "table") -> str:
    """A table in one of :data:`FORMATS`; :class:`InputError` for another.

    >>> print(as_text(pd.DataFrame({"phenotype": ["YRI_5_1"], "snps": [236]}), "csv"), end="")
    phenotype,snps
    YRI_5_1,236
    """
    if form == "csv":
        return table.to_csv(index=False)
    if form == "json":
        return table.to_json(orient="records", indent=1) + "\n"
    if form == "table":
        return table.to_string(index=False, na_rep="-") + "\n"
    raise InputError(f"format {form!r} is not known; choose one of {', '.join(FORMATS)}")


def _cell(score: Score | None, baseline: Score | None) -> Text:
    if score is None:
        return Text("-", "dim")
    cell = Text(f"{100 * score.value:.0f} ({100 * score.low:.0f}-{100 * score.high:.0f})")
    if baseline is None or score is baseline:
        return cell
    gain = 100 * (score.value - baseline.value)
    return cell + Text(f" {gain:+.0f}", "green" if gain > 0 else "red" if gain < 0 else "")


def _caption(scores: dict[tuple[str, str], Score], ceiling: float | None) -> str:
    people = sorted({score.n for score in scores.values()})
    said = [f"{', '.join(map(str, people))} final people a figure"] if people else []
    if ceiling is not None:
        said.append(f"best possible from the risk SNPs: {100 * ceiling:.1f} %")
    return "; ".join(said)
