"""Module 1: the step that simulates a cohort's genotypes."""

from typing import Any

from operators.stage import StageOperator


class SimulateCohortOperator(StageOperator):
    """People of one cohort, by the engine that the settings name (built-in resampling).

    Parameters
    ----------
    cohort
        large, small or final.
    panel
        Reference to the reference panel (templated).
    """

    ui_color = "#e3f1dc"

    def __init__(self, *, cohort: str, panel: Any, **kwargs: Any) -> None:
        super().__init__(stage="simulate_cohort", arguments={"cohort": cohort, "panel": panel}, **kwargs)
