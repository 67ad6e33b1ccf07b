"""Processes that run stages beside each other without Airflow; they end with what started them."""

import logging
import logging.handlers
import os
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from loky import BrokenProcessPool, ProcessPoolExecutor
from loky.backend import get_context

from gtl.errors import WorkerLost
from gtl.worker_environment import WORKER_ENVIRONMENT

_MEMORY_GROWTH = "1.2e9"
"""Bytes more than after its first call at which a process is replaced: TensorFlow keeps some of every phenotype's."""

_LOOKS_EVERY = 2.0
"""Seconds between a worker's looks at whether the study is still there."""

Submit = Callable[..., "Future[Any]"]


@contextmanager
def workers(jobs: int, progress: logging.Handler | None) -> Iterator[tuple[Submit, Submit]]:
    """What one study after another is run with: threads that see a set of cohorts through, processes for stages."""
    # The processes end first: what a thread waits for is dropped, and so the thread ends.
    with ThreadPoolExecutor(jobs) as sets, _pool(jobs, progress) as submit:
        yield sets.submit, submit


@contextmanager
def _pool(jobs: int, progress: logging.Handler | None) -> Iterator[Submit]:
    """Processes that run stages; an error or Ctrl-C ends them at once, finished stages stay."""
    records = get_context().Queue()
    listener = logging.handlers.QueueListener(records, *([progress] if progress else []))
    listener.start()
    environment = {"LOKY_MAX_MEMORY_LEAK_SIZE": _MEMORY_GROWTH, **WORKER_ENVIRONMENT} | os.environ
    pool = ProcessPoolExecutor(jobs, initializer=_begin, initargs=(records, os.getpid()), env=environment)
    completed = False
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "A worker was restarted")  # when it grew: no news to the user
            yield pool.submit
        completed = True
    except BrokenProcessPool as error:
        raise WorkerLost(
            "the system ended a process that ran stages, most often because memory ran out; finished stages are kept: "
            "run the same command again, with a smaller --jobs if it happens again"
        ) from error
    finally:
        pool.shutdown(kill_workers=not completed)
        listener.stop()
        # Ends the queue's own thread: were it alive while Python ends, its locks would be told of as leaked.
        records.close()
        records.join_thread()


def _begin(records: Any, parent: int) -> None:
    """What a worker does first: it ends with its parent, and its records of progress go there."""
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    logger = logging.getLogger("gtl.progress")
    logger.addHandler(logging.handlers.QueueHandler(records))
    logger.setLevel(logging.INFO)


def _end_with(parent: int) -> None:
    """End this process when ``parent`` is gone: one that was killed cannot end its workers, and these would wait on."""
    while os.getppid() == parent:
        time.sleep(_LOOKS_EVERY)
    os._exit(1)
