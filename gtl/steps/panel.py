"""Module 1, first half: the reference panel as an artefact."""

from pathlib import Path
from typing import Any

import pandas as pd

from gtl.config import StudyConfig
from gtl.domain.genetic_map import GeneticMap
from gtl.errors import InputError
from gtl.formats.genotype_parquet import read_haplotypes, write_haplotypes
from gtl.schema import GENETIC_MAP
from gtl.simulate.panel import Panel, build_panel
from gtl.store import Artifact, ArtifactWriter
from gtl.store.manifest import canonical_json, sha256_of, sha256_of_file

_FILES = ("hap_large", "hap_small", "legend", "legend_small", "vcf", "sample_table", "genetic_map")


def params(config: StudyConfig) -> dict[str, Any]:
    """What the panel depends on: its settings, with each file's content in place of its path."""
    settings = config.panel.model_dump(mode="json")
    hashes = {name: _file_hash(name, settings[name]) for name in _FILES if settings[name] is not None}
    seed = config.seed if config.panel.source == "coalescent" else None
    return {**settings, **hashes, "populations": config.populations.model_dump(), "seed": seed}


def key(panel_params: dict[str, Any]) -> str:
    """Where the panel lies: by what it is made of, so that studies with the same panel share it."""
    return f"panels/{panel_params['source']}-{sha256_of(canonical_json(panel_params))[:12]}"


def write_panel(out: ArtifactWriter, config: StudyConfig) -> None:
    """Simulate or read the haplotypes of both populations and their recombination map."""
    panel = build_panel(config.panel, config.populations, config.seed)
    for name, haplotypes in (("large", panel.large), ("small", panel.small)):
        with out.file(f"{name}.parquet") as path:
            write_haplotypes(haplotypes, path)
    genetic_map = pd.DataFrame({"pos": panel.genetic_map.pos, "cm": panel.genetic_map.cm})
    out.write_table("map.parquet", genetic_map, GENETIC_MAP)


def read_panel(artifact: Artifact) -> Panel:
    """The panel that :func:`write_panel` wrote."""
    with artifact.open("large.parquet") as large, artifact.open("small.parquet") as small:
        haplotypes = read_haplotypes(large), read_haplotypes(small)
    table = artifact.read_table("map.parquet", GENETIC_MAP)
    return Panel(*haplotypes, GeneticMap(table["pos"].to_numpy(), table["cm"].to_numpy()))


def _file_hash(field: str, path: str) -> str:
    try:
        return sha256_of_file(Path(path))
    except OSError as error:
        raise InputError(f"panel.{field}: {path} cannot be read ({error.strerror}); correct the path") from error
