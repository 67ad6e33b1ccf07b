"""Module 1 and 2 of the paper: reference panels, cohorts made from them, and phenotypes."""
