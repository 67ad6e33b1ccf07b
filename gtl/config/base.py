"""What every section of a study's settings has in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """Frozen settings; an unknown field is an error, so that a misspelt one is never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Fraction = Annotated[float, Field(ge=0, le=1)]
"""A share of a whole, 0 to 1."""

Positive = Annotated[float, Field(gt=0)]
"""A quantity that has to be above 0."""

Count = Annotated[int, Field(ge=1)]
"""A number of things, at least 1."""
