"""What the stages do: read artefacts, call the domain's functions, write artefacts. Called by :mod:`gtl.stages` only."""
