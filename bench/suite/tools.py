"""Where the built programs are, and running one: the child's environment carries nothing that would change stdio."""

import os
import subprocess
from pathlib import Path

from failure import Failure, WrongData

TOP = Path(__file__).resolve().parent.parent.parent
BUILD = TOP / "build"
LIBRARY = BUILD / "libbuf.so"
BUFCOUNT = BUILD / "bufcount"


def program_of(way):
    return BUILD / "bench" / way.program


def environment(preload=False, **more):
    """The environment of a measured program: C locale, and libbuf preloaded or nothing."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LIBBUF", "LD_PRELOAD", "LC_"))}
    kept.update(LC_ALL="C", LANG="C", **more)
    if preload:
        kept["LD_PRELOAD"] = str(LIBRARY)
    return kept


def check_built():
    for needed in (LIBRARY, BUFCOUNT, BUILD / "bench" / "transfer", BUILD / "bench" / "layers"):
        if not needed.exists():
            raise Failure(f"{needed}: not built (make bench)")


def transfer(way, arguments, prefix=(), **more):
    """Runs the measuring program; returns the words that it printed."""
    command = [*map(str, prefix), str(program_of(way)), *way.options, *map(str, arguments)]
    done = subprocess.run(command, env=environment(way.preload, **more), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        error = WrongData if "what was" in done.stderr else Failure
        raise error(f"{' '.join(command)}: {done.stderr.strip() or f'ended with {done.returncode}'}")
    return done.stdout.split()
