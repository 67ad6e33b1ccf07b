"""The list of a study's traits, read without any heavy library: finished stages ask for it, too."""

from gtl.store import Artifact


def trait_columns(artifact: Artifact) -> dict[str, str]:
    """Name of each trait → its column (empty for simulated traits), in the study's order."""
    return {entry["slug"]: entry["column"] for entry in artifact.read_json("traits.json")}
