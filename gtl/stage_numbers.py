"""What a stage has made, in numbers for its log: people, variants, models, files."""

from collections.abc import Mapping

from gtl.store import Artifact, ArtifactRef, Store

_COHORT = {
    "people.parquet": "people",
    "variants.parquet": "variants",
    "left_out.parquet": "variants left out",
    "people_left_out.parquet": "people left out",
}

_COUNTED: Mapping[str, Mapping[str, str]] = {
    "build_panel": {"large.parquet": "variants (large population)", "small.parquet": "variants (small population)"},
    "import_chromosome": _COHORT,
    "make_cohort": _COHORT,
    "match_variants": {"shared.parquet": "shared variants", "audit.parquet": "notes on variants"},
    "check_people": {"people.parquet": "people", "audit.parquet": "notes on people"},
    "list_traits": {"traits.json": "traits"},
    "read_sources": {"traits.json": "traits"},
    "make_trait": {
        "large.parquet": "people (large population)",
        "small.parquet": "people (small population)",
        "causal.parquet": "causal variants",
        "lost.parquet": "people left out",
    },
    "split_samples": {"split.parquet": "people with a part"},
    "associate": {"parts.json": "traits"},
    "preselect_snps": {"selected.parquet": "selected variants"},
    "train_networks": {"index.json": "networks, each for every sub-dataset"},
    "apply_method": {"candidates.parquet": "models compared"},
    "score_final": {"predictions.parquet": "predictions", "results.parquet": "figures"},
    "tabulate_results": {"results.parquet": "figures"},
}
"""Stage → its files of which rows (of JSON: entries) are counted, and what these are."""

_NOT_NEEDED = "not_needed.txt"


def numbers_of(stage: str, store: Store, ref: ArtifactRef) -> str:
    """What the artefact of a stage holds; of sealed files nothing but their size.

    Parameters
    ----------
    stage
        Function of :mod:`gtl.stages`.

    Returns
    -------
    Such as ``people: 60, variants: 374, variants left out: 0; files: 4 (21.4 kB)``, or why there was nothing to do.
    """
    artifact = store.read(ref)
    if _NOT_NEEDED in artifact.files:
        return artifact.read_bytes(_NOT_NEEDED).decode().strip()
    sealed = set(artifact.manifest.sealed)
    wanted = _COUNTED.get(stage, {})
    readable = [name for name in wanted if name in artifact.files and name not in sealed]
    said = [f"{wanted[name]}: {_count(artifact, name):,}" for name in readable]
    if stage == "associate":
        said += _tested(store, artifact)
    size = sum(int(output["bytes"]) for output in artifact.manifest.outputs.values())
    files = f"files: {len(artifact.files)} ({_bytes(size)})" + (f", sealed: {len(sealed)}" if sealed else "")
    return "; ".join([*([", ".join(said)] if said else []), files])


def _count(artifact: Artifact, name: str) -> int:
    if name.endswith(".json"):
        return len(artifact.read_json(name))
    import pyarrow.parquet as pq

    with artifact.open(name) as file:
        return int(pq.read_metadata(file).num_rows)


def _tested(store: Store, artifact: Artifact) -> list[str]:
    """Variants that were tested: those of the first trait, as all traits of a pass have the same."""
    parts = [ArtifactRef(key, sha256) for key, sha256 in artifact.read_json("parts.json").items()]
    tables = [table for table in ("cohort.parquet",) if parts and table in store.read(parts[0]).files]
    return [f"variants: {_count(store.read(parts[0]), table):,}" for table in tables]


def _bytes(size: int) -> str:
    """A size for people.

    >>> _bytes(999), _bytes(21_440), _bytes(3_000_000_000)
    ('999 bytes', '21.4 kB', '3.0 GB')
    """
    if size < 1000:
        return f"{size} bytes"
    number, unit = size / 1000, "kB"
    for larger in ("MB", "GB", "TB"):
        if number >= 1000:
            number, unit = number / 1000, larger
    return f"{number:.1f} {unit}"
