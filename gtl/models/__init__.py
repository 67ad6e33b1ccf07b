"""Trained models after the study: the registry of what the stages wrote, and predictions for new people.

What does not belong here: training (:mod:`gtl.learn`) and choosing (:mod:`gtl.evaluate`).
"""
