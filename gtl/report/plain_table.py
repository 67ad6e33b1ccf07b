"""Any table as text, CSV or JSON."""

import pandas as pd

from gtl.errors import InputError

FORMATS = ("table", "csv", "json")


def as_text(table: pd.DataFrame, form: str = "table") -> str:
    """A table in one of :data:`FORMATS`; :class:`InputError` for another.

    >>> print(as_text(pd.DataFrame({"phenotype": ["YRI_5_1"], "snps": [236]}), "csv"), end="")
    phenotype,snps
    YRI_5_1,236
    >>> print(as_text(pd.DataFrame({"phenotype": []})), end="")
    no rows: nothing of this kind could be worked out in this study
    """
    if form == "csv":
        return table.to_csv(index=False)
    if form == "json":
        return table.to_json(orient="records", indent=1) + "\n"
    if form == "table" and table.empty:
        return "no rows: nothing of this kind could be worked out in this study\n"
    if form == "table":
        return table.to_string(index=False, na_rep="-") + "\n"
    raise InputError(f"format {form!r} is not known; choose one of {', '.join(FORMATS)}")
