"""Whether studies of the same people from different files came out the same."""

from collections.abc import Iterable

from gtl.schema import RESULTS
from gtl.store import Store


def same_figures(store: Store, studies: Iterable[str]) -> str:
    """A line: whether every figure of those studies that have results is the same, and of how many."""
    references = [store.find(f"studies/{name}/results") for name in studies]
    found = [
        store.read(made).read_table("results.parquet", RESULTS).drop(columns="study") for made in references if made
    ]
    same = all(found[0].equals(other) for other in found)
    return f"every figure of {len(found)} studies, one a format: {'the same' if same else 'NOT the same'}"
