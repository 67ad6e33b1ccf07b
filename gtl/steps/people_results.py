"""What a study of real people says of its files: where variants and people were lost, and two pictures of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from gtl.config import StudyConfig
from gtl.domain.cohort import Population
from gtl.plots import new_figure, render
from gtl.plots.components import plot_components
from gtl.plots.frequencies import frequency_scatter
from gtl.plots.titles import frequency_title
from gtl.prepare.components import Components
from gtl.prepare.frequencies import FrequencyCheck, frequency_check
from gtl.prepare.funnel import funnel_text
from gtl.prepare.people_rows import OTHER_POPULATION
from gtl.report.page_parts import Figure
from gtl.report.source_text import sources_text
from gtl.schema import FUNNEL, PEOPLE, PEOPLE_AUDIT, ROLES
from gtl.steps.frequencies import frequency_table
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.steps.sources import said_of_sources
from gtl.steps.tables_by_population import write_tables
from gtl.store import Artifact, ArtifactRef, ArtifactWriter, Store

_FREQUENCIES, _COMPONENTS = "frequencies", "components"
_MOST_DRAWN = 20_000


@dataclass(frozen=True, eq=False)
class PopulationMade:
    """What was made of one small population's people before any model, opened.

    Attributes
    ----------
    people
        Who takes part.
    shared
        The genotypes.
    sources
        What stands for the large population's people, in words; "" where they are there themselves.
    """

    people: Artifact
    shared: SharedGenotypes
    sources: str

    @classmethod
    def open(cls, store: Store, people: ArtifactRef, genotypes: ArtifactRef, sources: ArtifactRef) -> Self:
        """Open the outputs of the stages of that name."""
        said = sources_text(said_of_sources(store, sources))
        return cls(store.read(people), SharedGenotypes.open(store, genotypes), said)


def write_people_results(out: ArtifactWriter, config: StudyConfig, made: Mapping[str, PopulationMade]) -> None:
    """Copy funnel and audits to where people look, and draw allele frequencies and principal components.

    Parameters
    ----------
    made
        Small population → what was made of its people.
    """
    funnels = {name: own.shared.artifact.read_table("funnel.parquet", FUNNEL) for name, own in made.items()}
    audits = {name: own.people.read_table("audit.parquet", PEOPLE_AUDIT) for name, own in made.items()}
    write_tables(out, "funnel.parquet", FUNNEL, funnels)
    write_tables(out, "people_audit.parquet", PEOPLE_AUDIT, audits)
    for name, own in made.items():
        mark = f"_{name}" if config.several else ""
        _write_seen(out, config.of_population(name), mark, own, funnels[name], audits[name])


def _write_seen(
    out: ArtifactWriter,
    config: StudyConfig,
    mark: str,
    made: PopulationMade,
    funnel: pd.DataFrame,
    audit: pd.DataFrame,
) -> None:
    """What is said of one small population and the large one, and two pictures; ``mark`` is in the files' names."""
    found = made.people.read_table("people.parquet", PEOPLE)
    told = made.people.read_json("said.json")
    pictures = {_COMPONENTS: _component_picture(config, found, audit, told.pop("explained"))}
    said = {"funnel": funnel_text(funnel), **_counted(found, audit), "sealed": _sealed(made.people)}
    shown = frequency_table(made.shared)
    if len(shown):
        check = frequency_check(shown)
        said["frequencies"] = check.verdict
        pictures[_FREQUENCIES] = _frequency_picture(config, shown, check)
    if made.sources:
        said["sources"] = made.sources
    for name, content in pictures.items():
        out.write_bytes(f"{name}{mark}.png", content)
    out.write_json(f"people{mark}.json", said | told)


def _counted(people: pd.DataFrame, audit: pd.DataFrame) -> dict[str, str]:
    lines = []
    for population in Population:
        own = people[people["population"] == population]
        if own.empty:
            continue
        lines.append(f"{population}: {int(own['kept'].sum()):,} of {len(own):,} people")
    flags = int((audit["action"] == "flagged").sum())
    return {"people": "; ".join(lines) + (f"; {flags} flagged" if flags else "")}


def _sealed(checked: Artifact) -> str:
    """How many people are sealed, in the first draw of the roles."""
    roles = checked.read_table("roles.parquet", ROLES)
    return f"{int(((roles['repeat'] == 1) & (roles['role'] == 'final')).sum()):,}"


def _frequency_picture(config: StudyConfig, table: pd.DataFrame, check: FrequencyCheck) -> bytes:
    figure, ax = new_figure(6, 6)
    populations = config.populations.large, config.populations.small_name
    frequency_scatter(
        table, ax, title=frequency_title(populations, check.n, check.correlation), populations=populations
    )
    return render(figure).png


def _component_picture(
    config: StudyConfig, people: pd.DataFrame, audit: pd.DataFrame, explained: Sequence[float]
) -> bytes:
    figure, ax = new_figure(7, 6)
    names = {population.value: getattr(config.populations, population) for population in Population}
    flagged = people["sample"].isin(audit.loc[audit["reason"] == OTHER_POPULATION, "sample"]).to_numpy()
    scores = np.array(people["components"].tolist(), dtype=np.float64).reshape(len(people), -1)
    components = Components(scores, np.array(explained))
    plot_components(components, people["population"].map(names).to_numpy(dtype=object), flagged, ax)
    return render(figure).png


def people_figures(results: Artifact, population: str = "") -> list[Figure]:
    """Pictures of the people and variants, of several small populations of one; none for a simulated study."""
    mark = f"_{population}" if population else ""
    titles = {
        _COMPONENTS: ("Principal components of the genotypes", "Each dot is a person; populations lie apart."),
        _FREQUENCIES: (
            "Allele frequencies",
            "Each shared variant in both files: on a line, or alleles are mixed up.",
        ),
    }
    return [
        Figure(title, caption, results.read_bytes(f"{name}{mark}.png"), "png")
        for name, (title, caption) in titles.items()
        if f"{name}{mark}.png" in results.files
    ]


def read_people_results(results: Artifact, population: str = "") -> dict[str, str]:
    """What was said of people and variants, of several small populations of one; empty for a simulated study."""
    name = f"people_{population}.json" if population else "people.json"
    return dict(results.read_json(name)) if name in results.files else {}
