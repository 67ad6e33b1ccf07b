"""Module 1: the step that makes a cohort's genotypes."""

from typing import Any

from gtl.config import StudyConfig
from gtl.config.study import GenotypeEngine
from operators.container_stage import ContainerStageOperator

IMAGE = "gtl/hapgen2:1"


class MakeCohortOperator(ContainerStageOperator):
    """People of one cohort: imported, or simulated by built-in resampling or HAPGEN2.

    Parameters are those of :class:`operators.container_stage.ContainerStageOperator`.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(image=IMAGE, **kwargs)

    def engine(self, config: StudyConfig) -> dict[str, Any]:
        """HAPGEN2, if the settings ask for it."""
        if not config.is_simulated or config.engines.genotypes is GenotypeEngine.BUILTIN:
            return {}
        from gtl.engines.hapgen2 import Hapgen2

        return {"engine": Hapgen2(self.stage_tool(config))}
