"""The tables of the store, from their contracts: every column with its type and meaning."""

import pyarrow as pa

from gtl import schema


def contracts() -> str:
    """A heading and a table of columns for each contract."""
    found = {name: value for name, value in vars(schema).items() if isinstance(value, pa.Schema)}
    return "\n".join(line for name, columns in found.items() for line in _described(name, columns))


def _described(name: str, columns: pa.Schema) -> list[str]:
    rows = [f"| `{field.name}` | {field.type} | {field.metadata[b'doc'].decode()} |" for field in columns]
    return [f"### {name.lower()}", "", "| column | type | what it is |", "|---|---|---|", *rows, ""]
