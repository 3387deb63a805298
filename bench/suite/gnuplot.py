"""Draws one chart: a gnuplot script and its data in, an SVG file out. What all charts share is here: the size, the
fonts, the grid, and one colour and mark for each way."""

import subprocess

from failure import Failure

# Colours that people who see fewer of them can tell apart; libbuf's lines are the strong ones.
STYLES = {
    "write2": ("#000000", 1, 2, 3),  # colour, width, point type, dash type
    "unbuffered": ("#888888", 1, 8, 3),
    "musl": ("#cc79a7", 1.5, 9, 1),
    "libc": ("#d55e00", 3, 5, 1),
    "libc-64k": ("#e69f00", 1.5, 4, 2),
    "libc-1m": ("#a08040", 1.5, 12, 4),
    "libbuf": ("#0072b2", 3, 7, 1),
    "libbuf-1m": ("#56b4e9", 1.5, 6, 2),
}

COMMON = """
set encoding utf8
set terminal svg size {width},{height} dynamic background rgb 'white' font 'DejaVu Sans,Helvetica,Arial,sans-serif,13'
set output '{path}'
set title "{title}" font ',16'
set border 3 lc rgb '#666666'
set tics nomirror out textcolor rgb '#222222'
set grid ytics lc rgb '#dddddd' lt 1
set key outside right top vertical Left reverse samplen 3 spacing 1.4
set datafile separator '\\t'
set bars 0.4
"""


def quoted(text):
    """For a gnuplot string in single quotes."""
    return "'" + str(text).replace("'", "''") + "'"


def plain(text):
    """Without gnuplot's own markup (the terminal is an enhanced one)."""
    return "".join("\\\\" + letter if letter in "_^@{}&~" else letter for letter in text)


def style_of(way):
    colour, width, point, dash = STYLES[way]
    return f"lc rgb '{colour}' lw {width} pt {point} ps 0.8 dt {dash}"


def block(name, rows):
    """A named block of data for a script."""
    lines = "\n".join("\t".join(str(value) for value in row) for row in rows)
    return f"${name} << END\n{lines}\nEND\n"


def draw(path, title, script, width=1000, height=520):
    head = COMMON.format(path=str(path).replace("'", "''"), title=plain(title), width=width, height=height)
    done = subprocess.run(["gnuplot"], input=head + script, text=True, capture_output=True, check=False)
    said = done.stderr.strip()
    if done.returncode != 0 or said:
        raise Failure(f"gnuplot: {path.name}: {said.splitlines()[-1] if said else 'failed'}")
