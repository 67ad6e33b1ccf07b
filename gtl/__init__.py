"""Genotype transfer learning: from a large population's study to a small population's prediction.

What belongs here: everything that says *what* is computed. What does not: when (``dags/``) and where
(``operators/``) it runs; nothing in this package imports Airflow. Start reading at :mod:`gtl.stages`.
"""

__version__ = "0.2.0.dev0"
