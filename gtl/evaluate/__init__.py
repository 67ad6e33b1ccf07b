"""Evaluation: metrics with intervals, choice, paired tests, the ceiling, and the seal on the final cohort."""
