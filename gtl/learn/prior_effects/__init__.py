"""Linear transfer with prior effects: another population's effects of variants, moved as far as one's own people ask.

The three estimators of Wu & de los Campos (2026, Nat Commun, doi 10.1038/s41467-026-68696-7), each made of X'X and X'y
alone: :mod:`.descent` (gradient descent from the prior effects, stopped early), :mod:`.penalised` (regression
penalised towards them) and :mod:`.mixture` (a Bayesian mixture of them and zero). :mod:`.evidence` is what they learn
from, :mod:`.paths` what the first two give, :mod:`.averaging` how settings are weighed by cross-validation.
"""
