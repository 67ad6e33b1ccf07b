"""The processes of a running command."""

from pathlib import Path


def family(pid: int) -> list[int]:
    """The process and all that it started, directly or not."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for task in threads for child in (task / "children").read_text().split()]
    except OSError:  # it has ended meanwhile
        return [pid]
    return [pid, *(member for child in children for member in family(child))]
