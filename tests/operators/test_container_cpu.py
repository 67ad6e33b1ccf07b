"""A container's processor seconds are among those of the stage that started it."""

import re

from gtl.store.spent import Spent

# Bash counts to a number and then says what it used: two lines of user and system seconds, its own and its children's.
BUSY = ["bash", "-c", "for ((i = 0; i < 400000; i++)); do :; done; times > used; echo done"]


def test_what_a_container_used_is_counted(make_tool):
    tool, before = make_tool(), Spent.begin()
    with tool.scratch() as folder:
        tool.run(BUSY, folder)
        said = re.findall(r"(\d+)m([\d.]+)s", (folder / "used").read_text())
    used = sum(60 * float(minutes) + float(seconds) for minutes, seconds in said)
    counted = before.shared_by(1)["cpu_seconds"]
    assert used > 0.1
    assert counted >= 0.5 * used  # of the container, as this process has next to nothing to do
