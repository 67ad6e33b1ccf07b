"""Assets: what a DAG makes that others can wait for."""

from airflow.sdk import Asset

PANEL = Asset("gtl_reference_panel")
"""A reference panel was built or found; the event's extra is the reference to its artefact."""
