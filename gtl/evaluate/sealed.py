"""The seal on the final cohort: it is opened for one selection, every opening is on record, a second is an error."""

import hashlib
import json
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import asdict, dataclass, replace
from typing import TypeVar

from gtl.errors import ArtifactCorrupt, LeakageError

T = TypeVar("T")


@dataclass(frozen=True)
class Opening:
    """Why the final cohort is opened: which chosen models are scored on it.

    Attributes
    ----------
    study, phenotype
        What the seal belongs to: there is one seal for each phenotype's final people.
    selection_sha256
        Hash of the selection: the chosen models by method (:func:`selection_hash`).
    cohort_sha256
        Hash of the final people's genotypes and phenotypes: other people have a seal of their own.
    times
        How often they were opened, each time for this selection.
    """

    study: str
    phenotype: str
    selection_sha256: str
    cohort_sha256: str
    times: int = 1

    @property
    def key(self) -> str:
        """Key of the record."""
        return f"{self.study}/{self.phenotype}/{self.cohort_sha256[:12]}"

    def to_json(self) -> str:
        """JSON text of the record."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Opening":
        """The inverse of :meth:`to_json`; :class:`ArtifactCorrupt` if the text is not a record."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError) as error:
            raise ArtifactCorrupt(f"opening record of the final cohort cannot be read: {error}") from error


def selection_hash(model_sha256: Mapping[str, str]) -> str:
    """Hash of a selection: registry name of each method → sha256 of its chosen model and of the SNPs that it reads.

    >>> selection_hash({"a": "1", "b": "2"}) == selection_hash({"b": "2", "a": "1"})
    True
    """
    return hashlib.sha256(json.dumps(dict(model_sha256), sort_keys=True).encode()).hexdigest()


def open_final(opening: Opening, records: MutableMapping[str, str], read: Callable[[], T]) -> T:
    """Read the final cohort, once.

    The record is written before anything is read, so that an opening that fails half-way is on record too. An
    evaluation that was interrupted may be resumed, and one may be repeated by another release or on another machine:
    the same selection again is not a second look. Each time is counted.

    Parameters
    ----------
    opening
        What the cohort is opened for.
    records
        Key → JSON text of the openings so far; has to be lasting.
    read
        Reads the cohort.

    Raises
    ------
    LeakageError
        When these people were scored by another selection of models before.

    Examples
    --------
    >>> records = {}
    >>> open_final(Opening("paper", "YRI_5_1", "aa", "cc"), records, lambda: "genotypes")
    'genotypes'
    >>> open_final(Opening("paper", "YRI_5_1", "bb", "cc"), records, lambda: "genotypes")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    gtl.errors.LeakageError: paper/YRI_5_1/cc: the final cohort was opened before, for the selection aa; now it is bb...
    """
    earlier = records.get(opening.key)
    records[opening.key] = _counted(opening, Opening.from_json(earlier) if earlier else None).to_json()
    return read()


def opened_text(records: Mapping[str, str]) -> str:
    """How often a study's sealed people were opened, for people; empty if they were not.

    >>> opened_text({"a": Opening("paper", "asthma", "aa", "cc").to_json()})
    'The sealed people were opened once.'
    >>> opened_text({"a": Opening("paper", "asthma", "aa", "cc", 3).to_json()})
    'The sealed people were opened 3 times, each time to score the same choice of models.'
    >>> openings = [Opening("paper", "asthma", "aa", "cc", 3), Opening("paper", "height", "aa", "d")]
    >>> opened_text({opening.phenotype: opening.to_json() for opening in openings})
    'The sealed people were opened once; for asthma 3 times, each time to score the same choice of models.'
    """
    openings = [Opening.from_json(text) for text in records.values()]
    times = {opening.times for opening in openings}
    if len(times) == 1 and (only := times.pop()) > 1:
        return f"The sealed people were opened {only} times, each time to score the same choice of models."
    again = [f"for {opening.phenotype} {opening.times} times" for opening in openings if opening.times > 1]
    if not openings:
        return ""
    counts = f"; {', '.join(again)}, each time to score the same choice of models" if again else ""
    return f"The sealed people were opened once{counts}."


def _counted(opening: Opening, earlier: Opening | None) -> Opening:
    if earlier is None:
        return opening
    if replace(earlier, times=opening.times) == opening:
        return replace(opening, times=earlier.times + 1)
    raise LeakageError(
        f"{opening.key}: the final cohort was opened before, for the selection {earlier.selection_sha256[:12]}; now it "
        f"is {opening.selection_sha256[:12]}. A second look would make it a test set: give the changed study another "
        "seed, so that it has final people whom nobody has seen, or another name, if you accept the second look"
    )
