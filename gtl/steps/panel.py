"""Module 1, first half: the reference panel as an artefact."""

import pandas as pd

from gtl.config import StudyConfig
from gtl.domain.genetic_map import GeneticMap
from gtl.formats.genotype_parquet import read_haplotypes, write_haplotypes
from gtl.schema import GENETIC_MAP
from gtl.simulate.panel import Panel, build_panel
from gtl.store import Artifact, ArtifactWriter


def write_panel(out: ArtifactWriter, config: StudyConfig) -> None:
    """Simulate or read the haplotypes of both populations and their recombination map."""
    panel = build_panel(config.panel, config.populations, config.seed)
    for name, haplotypes in (("large", panel.large), ("small", panel.small)):
        with out.file(f"{name}.parquet") as path:
            write_haplotypes(haplotypes, path)
    genetic_map = pd.DataFrame({"pos": panel.genetic_map.pos, "cm": panel.genetic_map.cm})
    out.write_table("map.parquet", genetic_map, GENETIC_MAP)


def write_no_panel(out: ArtifactWriter) -> None:
    """Say that nothing is simulated."""
    out.write_text("not_needed.txt", "the people of this study come from files; nothing is simulated\n")


def read_panel(artifact: Artifact) -> Panel:
    """The panel that :func:`write_panel` wrote."""
    with artifact.open("large.parquet") as large, artifact.open("small.parquet") as small:
        haplotypes = read_haplotypes(large), read_haplotypes(small)
    table = artifact.read_table("map.parquet", GENETIC_MAP)
    return Panel(*haplotypes, GeneticMap(table["pos"].to_numpy(), table["cm"].to_numpy()))
