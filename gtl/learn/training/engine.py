"""Training of many networks: jobs in, trained networks out, whatever trains them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from gtl.config.learning import TrainingEngine
from gtl.errors import InputError
from gtl.learn.forward import needs_keras
from gtl.learn.training.jobs import FitSettings, Progress, TrainedNetwork, TrainingJob

MAX_STACK = 64
"""Networks in one stack at most; more would cost memory and save nothing."""

OnProgress = Callable[[Progress], None]
Group = tuple[tuple[int, ...], list[TrainedNetwork]]
"""Numbers of the group's jobs among all, and their results in that order."""


def fit(
    jobs: Sequence[TrainingJob], settings: FitSettings, on_progress: OnProgress | None = None
) -> list[TrainedNetwork]:
    """Train ``jobs``, of any mix and order; results in the order of the jobs.

    A job's result depends, bit by bit, on the job and the settings alone, not on the others. See :func:`fit_groups` for
    errors.
    """
    results: dict[int, TrainedNetwork] = {}
    for numbers, trained in fit_groups(jobs, settings, on_progress):
        results.update(zip(numbers, trained, strict=True))
    return [results[number] for number in range(len(jobs))]


def fit_groups(
    jobs: Sequence[TrainingJob], settings: FitSettings, on_progress: OnProgress | None = None
) -> Iterator[Group]:
    """Train ``jobs`` and yield each group of them as it is finished, so that a caller can store it and be resumed.

    Groups are networks of one architecture and size that are trained in one stack, or single networks where Keras
    trains: ``settings.engine`` is keras, or a recurrent network has several time steps. A job with all layers frozen
    is returned as it came. To resume, leave finished jobs out: the others' results stay the same.

    Raises
    ------
    InputError
        If patience is asked for and a job has no validation people.
    """
    for number, job in enumerate(jobs):
        if settings.patience and not len(job.y_validation):
            raise InputError(
                f"training job {number} (network {job.network.name!r}): patience {settings.patience} needs validation "
                "people, got 0; raise split.large_validation or split.small_validation or set training.patience to 0"
            )
    done = 0
    for numbers in _groups(jobs, settings):
        report = _reporter(on_progress, done, len(numbers), len(jobs), settings.epochs)
        yield numbers, _fit_group([jobs[number] for number in numbers], settings, report)
        done += len(numbers)


def _groups(jobs: Sequence[TrainingJob], settings: FitSettings) -> Iterator[tuple[int, ...]]:
    groups: defaultdict[object, list[int]] = defaultdict(list)
    for number, job in enumerate(jobs):
        groups[_key(job, number, settings)].append(number)
    for numbers in groups.values():
        for start in range(0, len(numbers), MAX_STACK):
            yield tuple(numbers[start : start + MAX_STACK])


def _key(job: TrainingJob, number: int, settings: FitSettings) -> object:
    if _is_unchanged(job):
        return "unchanged"
    if _uses_keras(job, settings):
        return number
    from gtl.learn.training.stacked import stack_key

    key = stack_key(job)
    return number if key is None else key


def _fit_group(
    jobs: list[TrainingJob], settings: FitSettings, report: Callable[[int, float], None]
) -> list[TrainedNetwork]:
    if _is_unchanged(jobs[0]):
        return [TrainedNetwork(list(job.initial_weights), 0, 0, ()) for job in jobs]
    if _uses_keras(jobs[0], settings):
        from gtl.learn.training.keras_fit import fit_with_keras

        return [fit_with_keras(job, settings, report) for job in jobs]
    from gtl.learn.training.stacked import fit_stack

    return fit_stack(jobs, settings, report)


def _is_unchanged(job: TrainingJob) -> bool:
    return job.frozen_layers == len(job.network.layers)


def _uses_keras(job: TrainingJob, settings: FitSettings) -> bool:
    return settings.engine == TrainingEngine.KERAS or needs_keras(job.network, settings.time_steps)


def _reporter(
    on_progress: OnProgress | None, done: int, at_work: int, total: int, epochs: int
) -> Callable[[int, float], None]:
    def report(epoch: int, loss: float) -> None:
        if on_progress is not None:
            share = (done + at_work * epoch / epochs) / total
            on_progress(Progress(done, total, epoch, loss, share))

    return report
