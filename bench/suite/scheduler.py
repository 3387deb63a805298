"""The schedulers of the device, each in turn: set for one turn of a cell, and put back at the end, however the run
ends. A process of its own waits for that, so that even SIGKILL leaves the device as it was."""

import re
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass

from failure import Failure
from layers import LayerCell

# Its input ends when the suite does. It is in a session of its own: Ctrl-C does not reach it.
KEEPER = 'trap "" HUP INT TERM; cat >/dev/null; echo "$1" >"$2"'


class NoChoice(Failure):
    """The device's scheduler cannot be chosen, for the reason that it says."""


class Switch:
    """The file in which the kernel shows and takes the device's scheduler."""

    def __init__(self, disk):
        if not disk.place:
            raise NoChoice(disk.why)
        self.path = disk.place / "queue" / "scheduler"
        try:
            shown = self.path.read_text()
        except OSError as error:
            raise NoChoice(f"{self.path}: {error.strerror}") from error
        self.known = re.findall(r"[\w-]+", shown)
        found = re.search(r"\[([\w-]+)\]", shown)
        if not found or len(self.known) < 2:
            raise NoChoice(f"{disk.name} has no choice of schedulers ({shown.strip()})")
        self.first = found[1]
        try:
            self.set(self.first)
        except OSError as error:
            raise NoChoice(f"{self.path} may not be written: {error.strerror}") from error

    def set(self, name):
        self.path.write_text(name)


@contextmanager
def kept(switch):
    """The scheduler may be set inside; afterwards it is as it was."""
    keeper = subprocess.Popen(["sh", "-c", KEEPER, "keeper", switch.first, str(switch.path)], stdin=subprocess.PIPE,
                              start_new_session=True)
    try:
        yield
    finally:
        keeper.stdin.close()
        keeper.wait()


@dataclass
class SchedulerCell(LayerCell):
    switch: Switch = None

    def prepare(self):
        self.switch.set(self.way.name)
        super().prepare()

    def count(self, work):
        """The calls are the same on every scheduler."""
        self.calls = None
