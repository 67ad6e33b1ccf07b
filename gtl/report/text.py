"""The terminal's view of a finished study: the summary after a run.

Colour is left to rich, which drops it where the output is no terminal or ``NO_COLOR`` is set; nothing is said by
colour alone.
"""

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gtl.evaluate.ceiling import Ceilings
from gtl.evaluate.wording import in_points, metric_words
from gtl.methods.registry import BASELINE, method_order, method_title
from gtl.report.scores import Score, scores_of

_WIDEST = 1000


def summary(results: pd.DataFrame, metric: str, ceilings: Ceilings | None = None, baseline: str = BASELINE) -> Table:
    """Final score of each trait and method with its interval, and the gain over the baseline.

    Percent and points for a binary trait's metric, plain figures for a quantitative trait's.

    Parameters
    ----------
    results
        Table RESULTS.
    metric
        The study's own.
    ceilings
        Of a simulated study, for the caption.
    baseline
        Method that gains are over.
    """
    scores = scores_of(results, "final", metric)
    methods = sorted({method for _, method in scores}, key=method_order)
    unit = ", %" if in_points(metric) else ""
    table = Table(title=f"Final {metric_words(metric)}{unit} (interval; gain)", caption=_caption(scores, ceilings))
    table.add_column("trait", no_wrap=True)
    for method in methods:
        table.add_column(method_title(method), justify="right", overflow="fold")
    for code in dict.fromkeys(code for code, _ in scores):
        table.add_row(code, *(_cell(scores.get((code, method)), scores.get((code, baseline))) for method in methods))
    return table


def show_summary(
    results: pd.DataFrame, metric: str, ceilings: Ceilings | None = None, baseline: str = BASELINE
) -> None:
    """Print :func:`summary`; as wide as it needs where the output is no terminal."""
    console, table = Console(), summary(results, metric, ceilings, baseline)
    if not console.is_terminal:
        needed = console.measure(table, options=console.options.update(width=_WIDEST))
        console.width = max(console.width, needed.maximum)
    console.print(table)


def _cell(score: Score | None, baseline: Score | None) -> Text:
    if score is None:
        return Text("-", "dim")
    cell = Text(f"{_figure(score, score.value)} ({_figure(score, score.low)}-{_figure(score, score.high)})")
    if baseline is None or score is baseline:
        return cell
    gain = score.value - baseline.value
    words = f" {100 * gain:+.0f}" if in_points(score.metric) else f" {gain:+.2f}"
    return cell + Text(words, "green" if gain > 0 else "red" if gain < 0 else "")


def _figure(score: Score, figure: float) -> str:
    return f"{100 * figure:.0f}" if in_points(score.metric) else f"{figure:.2f}"


def _caption(scores: dict[tuple[str, str], Score], ceilings: Ceilings | None) -> str:
    people = sorted({score.n for score in scores.values()})
    said = [f"{', '.join(map(str, people))} final people a figure"] if people else []
    repeats = max((score.repeats for score in scores.values()), default=1)
    if repeats > 1:
        said.append(f"means over {repeats} draws of the roles, the interval of one draw")
    if ceilings is not None:
        said.append(ceilings.label)
    return "; ".join(said)
