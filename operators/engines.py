"""Which operator runs a stage: most run in the worker's process, some have an engine that can run in a container."""

from gtl.flow import Stage
from operators.hapgen import MakeCohortOperator
from operators.phenotype_simulator import MakeTraitOperator
from operators.plink import AssociateOperator
from operators.stage import StageOperator

_WITH_ENGINES: dict[str, type[StageOperator]] = {
    "make_cohort": MakeCohortOperator,
    "make_trait": MakeTraitOperator,
    "associate": AssociateOperator,
}


def operator_of(stage: Stage) -> type[StageOperator]:
    """The operator class of a stage."""
    return _WITH_ENGINES.get(stage.function, StageOperator)
