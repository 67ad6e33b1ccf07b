"""What the stages of :mod:`gtl.stages` do: read artefacts, call the domain's functions, write artefacts."""
