"""Training and fine-tuning of the deep networks, alone or many at a time.

:func:`fit` and :func:`fit_groups` take :class:`TrainingJob` s. The stacked engine (:mod:`.stacked`, :mod:`.graph`)
trains by default; :mod:`.keras_fit` is the reference that it is tested against. TensorFlow is imported by the first
training, not by this package.
"""

from gtl.learn.training.engine import fit, fit_groups
from gtl.learn.training.jobs import FitSettings, Progress, TrainedNetwork, TrainingJob

__all__ = ["FitSettings", "Progress", "TrainedNetwork", "TrainingJob", "fit", "fit_groups"]
