"""Builds or imports a reference panel and tells Airflow so, by an Asset that studies can be scheduled on."""

from airflow.sdk import DAG

from gtl.config.answers import PRESET
from gtl.flow import Weight
from operators.assets import PANEL
from operators.form import study_params
from operators.policies import default_args, policy
from operators.stage import StageOperator

DOC = """
# Reference panel

Simulates (msprime, out-of-Africa model) or imports (your `.hap/.legend` or phased VCF) the reference haplotypes of two
populations and their recombination map. Studies with the same panel settings find it finished and share it. When it is
done, the asset `gtl_reference_panel` is updated, and scheduled studies with `schedule: panel` start.
"""

_SECTIONS = (PRESET, "seed", "store", "panel.", "populations.")


def reference_panel() -> DAG:
    """The DAG that makes a panel by itself."""
    with DAG(
        "reference_panel",
        schedule=None,
        catchup=False,
        description="Build or import the haplotypes that cohorts are simulated from",
        doc_md=DOC,
        tags=["gtl", "panel"],
        default_args=default_args(),
        params={name: param for name, param in study_params().items() if name.startswith(_SECTIONS)},
    ) as dag:
        StageOperator(task_id="build_panel", stage="build_panel", outlets=[PANEL], **policy(Weight.CPU))
    return dag
