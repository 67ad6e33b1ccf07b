"""Module 1: the step that simulates a cohort's genotypes."""

from typing import Any

from gtl.config import StudyConfig
from gtl.config.study import GenotypeEngine
from operators.container_stage import ContainerStageOperator

IMAGE = "gtl/hapgen2:1"


class SimulateCohortOperator(ContainerStageOperator):
    """People of one cohort, by built-in resampling or HAPGEN2.

    Parameters
    ----------
    cohort
        large, small or final.
    panel
        Reference to the reference panel (templated).
    cohort_set
        Name of the set that the cohort belongs to (templated).
    """

    def __init__(self, *, cohort: str, panel: Any, cohort_set: Any, **kwargs: Any) -> None:
        arguments = {"cohort": cohort, "panel": panel, "cohort_set": cohort_set}
        super().__init__(stage="simulate_cohort", arguments=arguments, image=IMAGE, **kwargs)

    def engine(self, config: StudyConfig) -> dict[str, Any]:
        """HAPGEN2, if the settings ask for it."""
        if config.engines.genotypes is GenotypeEngine.BUILTIN:
            return {}
        from gtl.engines.hapgen2 import Hapgen2

        return {"engine": Hapgen2(self.stage_tool(config))}
