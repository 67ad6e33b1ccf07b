"""Module 1, first half: the reference panel as an artefact."""

import pandas as pd

from gtl.config import StudyConfig
from gtl.domain.genetic_map import GeneticMap
from gtl.formats.genotype_parquet import read_haplotypes, write_haplotypes
from gtl.schema import GENETIC_MAP
from gtl.simulate.panel import Panel, build_panels
from gtl.store import Artifact, ArtifactWriter


def write_panel(out: ArtifactWriter, config: StudyConfig) -> None:
    """Simulate or read the haplotypes of all populations and their recombination map."""
    panels = build_panels(config.panel, config.populations, config.seed)
    panel = next(iter(panels.values()))
    small = {_small_file(name, several=config.several): own.small for name, own in panels.items()}
    for name, haplotypes in {"large.parquet": panel.large, **small}.items():
        with out.file(name) as path:
            write_haplotypes(haplotypes, path)
    genetic_map = pd.DataFrame({"pos": panel.genetic_map.pos, "cm": panel.genetic_map.cm})
    out.write_table("map.parquet", genetic_map, GENETIC_MAP)


def write_no_panel(out: ArtifactWriter) -> None:
    """Say that nothing is simulated."""
    out.write_text("not_needed.txt", "the people of this study come from files; nothing is simulated\n")


def read_panel(artifact: Artifact, population: str = "") -> Panel:
    """The panel that :func:`write_panel` wrote; of several small populations that of ``population``."""
    name = _small_file(population, several=bool(population))
    with artifact.open("large.parquet") as large, artifact.open(name) as small:
        haplotypes = read_haplotypes(large), read_haplotypes(small)
    table = artifact.read_table("map.parquet", GENETIC_MAP)
    return Panel(*haplotypes, GeneticMap(table["pos"].to_numpy(), table["cm"].to_numpy()))


def _small_file(population: str, *, several: bool) -> str:
    return f"small_{population}.parquet" if several else "small.parquet"
