"""Runs cells in turns. In every round each cell has one turn: the items in shuffled order, and within an item its ways
in shuffled order, so that what disturbs the machine for a while disturbs all ways alike. Rounds go on until the
section's time is over."""

import time
from dataclasses import dataclass

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
QUICK = Pace(limit=1, target=0.25, fewest=3, most=5)


def choose_part(seconds, pace):
    if seconds <= pace.limit:
        return 1
    return next((part for part in PARTS if seconds / part <= pace.target), PARTS[-1])


def measure(cells, pace, seconds, shuffle):
    """Fills the cells' samples in at most about that many seconds, but at least pace.fewest rounds. Returns how many
    rounds there were. `shuffle` shuffles a list in place."""
    end = time.monotonic() + seconds
    slow = set()
    for cell in cells:
        estimate = cell.probe()
        cell.divisor = choose_part(estimate, pace)
        if estimate / cell.divisor > SLOW:
            slow.add(id(cell))
    items = {}
    for cell in cells:
        items.setdefault(cell.item, []).append(cell)
    rounds, longest = 0, 0.0
    while rounds < pace.most and (rounds < pace.fewest or time.monotonic() + longest < end):
        begin = time.monotonic()
        order = list(items.values())
        shuffle(order)
        for ways in order:
            shuffle(ways)
            for cell in ways:
                if rounds < pace.fewest or id(cell) not in slow:
                    cell.samples.append({"round": rounds, **cell.turn()})
        rounds += 1
        longest = time.monotonic() - begin if rounds != 1 else longest
    return rounds
