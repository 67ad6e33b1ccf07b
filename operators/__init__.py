"""Where a study's stages run: Airflow operators, their policies, the trigger form and the local Airflow.

What belongs here: everything that knows Airflow. What does not: any computation (``gtl``) or order of tasks (``dags``).
"""
