"""Engines that are programs of others: what each is asked (argv and files) and what its answer means.

What belongs here: a tool's command line and file layouts, translated from and to the domain's types. What does not:
where the tool runs (:class:`gtl.engines.tool.Tool`, which Airflow's operators supply as a container).

Names that users chose (samples, variants, populations) never reach a tool unless its output has to carry them: inputs
name rows ``v0, v1, ...`` and people ``s0, s1, ...``, and answers are matched by these. So no name can be mistaken for
an option, a path or two columns.
"""
