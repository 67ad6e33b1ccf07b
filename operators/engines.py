"""Which operator runs a stage: most run in the worker's process, some have an engine that can run in a container."""

from gtl.flow import Stage
from operators.airflow_settings import Tools, tools
from operators.hapgen import MakeCohortOperator, MakeCohortPodOperator
from operators.phenotype_simulator import MakeTraitOperator, MakeTraitPodOperator
from operators.plink import AssociateOperator, AssociatePodOperator
from operators.stage import StageOperator

_WITH_ENGINES: dict[Tools, dict[str, type[StageOperator]]] = {
    Tools.DOCKER: {
        "make_cohort": MakeCohortOperator,
        "make_trait": MakeTraitOperator,
        "associate": AssociateOperator,
    },
    Tools.KUBERNETES: {
        "make_cohort": MakeCohortPodOperator,
        "make_trait": MakeTraitPodOperator,
        "associate": AssociatePodOperator,
    },
}


def operator_of(stage: Stage) -> type[StageOperator]:
    """The operator class of a stage, by the setting ``[gtl] tools``."""
    return _WITH_ENGINES[tools()].get(stage.function, StageOperator)
