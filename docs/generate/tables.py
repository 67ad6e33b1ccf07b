"""The tables of the store, from their contracts: every column with its type and meaning."""

from typing import Any

from gtl import schema


def contracts() -> str:
    """A heading and a table of columns for each contract."""
    import pyarrow as pa

    found = {name: value for name, value in vars(schema).items() if isinstance(value, pa.Schema)}
    return "\n".join(line for name, columns in found.items() for line in _described(name, columns))


def _described(name: str, columns: Any) -> list[str]:
    rows = [f"| `{field.name}` | {field.type} | {field.metadata[b'doc'].decode()} |" for field in columns]
    return [f"### {name.lower()}", "", "| column | type | what it is |", "|---|---|---|", *rows, ""]
