"""The highest memory that something takes, for tests that bound it."""

import gc
import tracemalloc
from collections.abc import Callable

from gtl.paused_collection import paused_collection


def peak_of(work: Callable[[], object]) -> int:
    """Bytes held at once, at most, by what ``work`` allocates.

    Garbage of other tests is collected before, and none while it works: what a collection in the middle frees
    (Python's lists of free objects, too) is allocated again and would be counted, now and then, as this work's.
    """
    gc.collect()
    with paused_collection():
        tracemalloc.start()
        try:
            work()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
