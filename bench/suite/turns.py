"""Runs cells in turns. In every round each cell has one turn: the items in shuffled order, and within an item its ways
in shuffled order, so that what disturbs the machine for a while disturbs all ways alike. Rounds go on until the
section's time is over."""

import time
from dataclasses import dataclass

from failure import Failure, WrongData

# A work that would take longer than LIMIT seconds is done in part, so that a turn takes about TARGET.
PARTS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
SLOW = 1.0  # seconds: cells whose turns take longer have the fewest turns only


@dataclass(frozen=True)
class Pace:
    limit: float  # seconds that a turn may take before it does a part of the work only
    target: float  # and about how many it then takes
    fewest: int  # rounds
    most: int


FULL = Pace(limit=10, target=2, fewest=3, most=15)
QUICK = Pace(limit=0.6, target=0.2, fewest=2, most=3)
# Where many cells wait for the device.
LAYERS = Pace(limit=0.4, target=0.2, fewest=3, most=9)
LAYERS_QUICK = Pace(limit=0.15, target=0.06, fewest=2, most=3)


def choose_part(seconds, pace, most):
    if seconds <= pace.limit:
        return 1
    return next((part for part in PARTS if seconds / part <= pace.target or part >= most), PARTS[-1])


def measure(cells, pace, seconds, shuffle, disk, lose):
    """Fills the cells' samples in at most about that many seconds, but at least pace.fewest rounds. Returns how many
    rounds there were. `shuffle` shuffles a list in place; `disk` is watched during the turns; a cell that fails goes to
    lose(cell, why), and the others go on."""
    end = time.monotonic() + seconds
    slow, lost = set(), set()

    def attempt(cell, work):
        try:
            return work()
        except WrongData:
            raise
        except (Failure, OSError) as error:
            lost.add(id(cell))
            cell.clean()
            lose(cell, str(error))
            return None

    items = {}
    for cell in cells:
        estimate = attempt(cell, cell.probe)
        if estimate is None:
            continue
        cell.divisor = choose_part(estimate, pace, cell.most_parts)
        if estimate / cell.divisor > SLOW:
            slow.add(id(cell))
        cell.watch = disk.watch()
        items.setdefault(cell.item, []).append(cell)
    rounds, longest = 0, 0.0
    while rounds < pace.most and (rounds < pace.fewest or time.monotonic() + longest < end):
        begin = time.monotonic()
        order = list(items.values())
        shuffle(order)
        for ways in order:
            shuffle(ways)
            for cell in ways:
                if id(cell) not in lost and (rounds < pace.fewest or id(cell) not in slow):
                    sample = attempt(cell, cell.turn)
                    if sample:
                        cell.samples.append({"round": rounds, **sample})
        rounds += 1
        longest = time.monotonic() - begin if rounds != 1 else longest
    return rounds
