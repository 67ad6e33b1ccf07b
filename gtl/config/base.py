"""What every section of a study's settings has in common."""

from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Item = TypeVar("Item")


class Section(BaseModel):
    """Frozen settings; an unknown field is an error, so that a misspelt one is never ignored. Numbers are finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


Fraction = Annotated[float, Field(ge=0, le=1)]
"""A share of a whole, 0 to 1."""

Positive = Annotated[float, Field(gt=0)]
"""A quantity that has to be above 0."""

Count = Annotated[int, Field(ge=1, lt=2**31)]
"""A number of things, at least 1; what is counted is held in memory."""

PATTERNS: dict[str, str] = {}
"""Regular expression of a field → what it allows, in words."""


def worded(pattern: str, words: str) -> str:
    """``pattern``, which messages call ``words``: nobody should have to read a regular expression."""
    PATTERNS[pattern] = words
    return pattern


def _each_once(items: tuple[Item, ...]) -> tuple[Item, ...]:
    for item in items:
        if items.count(item) > 1:
            raise ValueError(f"{item} is named more than once; name it once")
    return items


Distinct = Annotated[tuple[Item, ...], AfterValidator(_each_once)]
"""Items none of which comes twice."""
