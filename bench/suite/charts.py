"""The charts of a run, each one file: which figures, on which scales."""

from gnuplot import block, draw, plain, quoted, style_of
from table import EVERY_WAY, TITLES, cells_of, item_title, items_of, ways_of

CHUNKED = ("write-new", "write-over", "write-random", "read-warm", "read-cold", "read-random-warm", "read-random-cold")
COUNTED = ("write-new", "write-random", "read-warm", "read-random-warm")
NUDGE = 0.055  # of a step between two chunks: error bars of different ways stand beside each other
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
ITEM_COLOURS = (*COLOURS, "#e69f00", "#56b4e9", "#000000", "#888888")


def draw_all(directory, results):
    """Draws what the results have; returns [(file name, section or "", caption)]."""
    titles = {entry["name"]: (entry["title"], entry["unit"]) for entry in results["sections"]}
    layers = {entry["name"]: entry["layers"] for entry in results["sections"]}
    charts = []

    def add(name, section, caption, drawer, *arguments):
        drawer(directory / f"{name}.svg", *arguments)
        charts.append((f"{name}.svg", section, caption))

    there = [section for section in titles if cells_of(results, section)]
    for group, sections in (("writing", CHUNKED[:3]), ("reading", CHUNKED[3:])):
        sections = [section for section in sections if section in there]
        if sections:
            add(f"faster-{group}", "", f"How many times as fast as libc libbuf is when {group}, both with their "
                "default buffers: medians of the rounds' ratios, bars from the lower to the upper quartile.",
                ratio_chart, results, sections, group, titles)
    for section in there:
        title, unit = titles[section]
        if section in CHUNKED:
            add(section, section, f"{title}: {unit} by wall time against the bytes of a call. Medians, with bars "
                "from the least to the most.", speed_chart, results, section, title, unit)
        elif layers[section]:
            add(section, section, f"{title}: {unit} by wall time, to the right is better. Medians, with bars from the "
                "least to the most.", layer_chart, results, section, title, unit)
        elif section == "text":
            add(section, section, f"{title}: MB/s by wall time. Medians, with bars from the least to the most.",
                bar_chart, results, section, title, "MB/s", "speed")
        else:
            add(section, section, f"{title}: wall seconds, shorter is better. Medians, with bars from the least to the "
                "most.", bar_chart, results, section, title, "seconds", "wall")
        if section in COUNTED:
            add(f"{section}-calls", section, f"{title}: all system calls that the whole work makes (musl: reads and "
                "writes only). Counted once, so without spread.", calls_chart, results, section, title)
    if results["calls"]:
        add("calls", "", "The cost of single calls, one thread, on a file: how many times as fast as libc libbuf is. "
            "Bars are ratios of the least times, dots of the medians.", percall_chart, results["calls"])
    return charts


def chunk_axis(items):
    tics = ", ".join(f"{quoted(item_title(item))} {place}" for place, item in enumerate(items))
    return f"set xrange [-0.4:{len(items) - 0.6}]\nset xtics ({tics})\nset xlabel 'bytes a call'\n"


def nudged(place, which, of):
    return place + (which - (of - 1) / 2) * NUDGE


def line_plots(series):
    """series: [(rows, title, style)], rows of x, y, low, high. Lines through the points, and their bars."""
    blocks, bars, lines = "", [], []
    for number, (rows, title, style) in enumerate(series):
        blocks += block(f"data{number}", rows)
        if len(rows[0]) > 2:
            bars.append(bar_plot(number, style))
        lines.append(f"$data{number} using 1:2 with linespoints {style} title {quoted(plain(title))}")
    return blocks + "plot " + ", \\\n ".join(bars + lines) + "\n"


def colour_of(style):
    return style.split("rgb ")[1].split()[0]


def bar_plot(number, style):
    """From low to high. (gnuplot's own error bars blot out the points of lines below them.)"""
    return f"$data{number} using 1:3:(0):($4-$3) with vectors nohead lc rgb {colour_of(style)} lw 1.2 notitle"


def way_series(cells, row):
    items, ways = items_of(cells), ways_of(cells)
    series = []
    for which, way in enumerate(ways):
        rows = [row(nudged(place, which, len(ways)), cells[item, way])
                for place, item in enumerate(items) if (item, way) in cells]
        rows = [values for values in rows if values]
        if rows:
            series.append((rows, TITLES[way], style_of(way)))
    return items, series


def speed_chart(path, results, section, title, unit):
    def row(place, cell):
        return place, *(f"{cell['speed'][step]:.6g}" for step in ("median", "least", "most"))

    items, series = way_series(cells_of(results, section), row)
    draw(path, title, chunk_axis(items) + f"set logscale y\nset format y '%.10g'\nset ylabel {quoted(unit)}\n"
         + line_plots(series))


def calls_chart(path, results, section, title):
    def row(place, cell):
        calls = cell["calls"]
        return calls and (place, max(1, calls["reads"] + calls["writes"] if calls["all"] is None else calls["all"]))

    items, series = way_series(cells_of(results, section), row)
    if series:
        draw(path, f"{title}: system calls", chunk_axis(items) + "set logscale y\nset format y '%.0s%c'\n"
             "set ylabel 'system calls'\n" + line_plots(series))


def ratio_chart(path, results, sections, group, titles):
    series, items = [], []
    for which, section in enumerate(sections):
        found = [ratio for ratio in results["ratios"] if ratio["section"] == section and ratio["wall"]]
        items = items or [ratio["item"] for ratio in found]
        rows = [(nudged(items.index(ratio["item"]), which, len(sections)),
                 *(f"{ratio['wall']['rounds'][step]:.4g}" for step in ("median", "lower", "upper")))
                for ratio in found if ratio["item"] in items]
        if rows:
            style = f"lc rgb '{COLOURS[which]}' lw 2.5 pt {5 + which * 2} ps 0.8 dt 1"
            series.append((rows, titles[section][0], style))
    draw(path, f"libbuf against libc when {group}, default buffers", chunk_axis(items) +
         "set logscale y 2\nset format y '%g'\nset ylabel 'times as fast as libc'\n"
         "set key outside bottom center horizontal\n"
         "set arrow from graph 0, first 1 to graph 1, first 1 nohead lc rgb '#444444' lw 1.5 dt 2\n"
         + line_plots(series))


def bar_chart(path, results, section, title, unit, what):
    cells = cells_of(results, section)
    items, ways = items_of(cells), ways_of(cells)
    step = 0.8 / len(ways)
    blocks, plots = "", []
    for which, way in enumerate(ways):
        rows = [(place + (which - (len(ways) - 1) / 2) * step,
                 *(f"{cells[item, way][what][part]:.6g}" for part in ("median", "least", "most")))
                for place, item in enumerate(items) if (item, way) in cells]
        blocks += block(f"data{which}", rows)
        plots.append(f"$data{which} using 1:2:({step * 0.92}) with boxes fs solid 0.85 noborder "
                     f"lc rgb {colour_of(style_of(way))} title {quoted(plain(TITLES[way]))}")
        plots.append(bar_plot(which, "rgb '#222222'"))
    tics = ", ".join(f"{quoted(item)} {place}" for place, item in enumerate(items))
    draw(path, title, f"set xrange [-0.6:{len(items) - 0.4}]\nset xtics ({tics}) scale 0\nset yrange [0:*]\n"
         f"set ylabel {quoted(unit)}\n" + blocks + "plot " + ", \\\n ".join(plots) + "\n")


def layer_chart(path, results, section, title, unit):
    """A line for each way, from top to bottom, and on it a dot for each item."""
    cells = cells_of(results, section)
    items = items_of(cells)
    ways = [way.name for way in EVERY_WAY if any((item, way.name) in cells for item in items)][::-1]
    blocks, plots = "", []
    for which, item in enumerate(items):
        rows = [(cells[item, way]["speed"]["median"], place - (which - (len(items) - 1) / 2) * 0.7 / len(items),
                 *(f"{cells[item, way]['speed'][step]:.6g}" for step in ("least", "most")))
                for place, way in enumerate(ways) if (item, way) in cells]
        colour = ITEM_COLOURS[which % len(ITEM_COLOURS)]
        blocks += block(f"data{which}", rows)
        plots.append(f"$data{which} using 3:2:($4-$3):(0) with vectors nohead lc rgb '{colour}' lw 1.5 notitle")
        plots.append(f"$data{which} using 1:2 with points pt 7 ps 0.7 lc rgb '{colour}' "
                     f"title {quoted(item_title(item))}")
    tics = ", ".join(f"{quoted(TITLES[way])} {place}" for place, way in enumerate(ways))
    draw(path, title, f"set ytics ({tics}) scale 0 noenhanced\nset key noenhanced\n"
         f"set yrange [-0.7:{len(ways) - 0.3}]\nset logscale x\n"
         f"set format x '%.0s%c'\nset xlabel {quoted(unit)}\nset grid xtics ytics lc rgb '#dddddd' lt 1\n"
         + blocks + "plot " + ", \\\n ".join(plots) + "\n", height=150 + 30 * len(ways))


def tic(operation):
    """As the label of a tic, which gnuplot takes for a format."""
    return plain(operation.replace("\\n", "")).replace("%", "%%")


def percall_chart(path, rows):
    rows = [row for row in rows if row["threads"] == 1 and row["place"] in ("file", "memory")
            and row["window"] in ("auto", "")]
    rows.reverse()
    data = [(max(1, row["ratio"]), min(1, row["ratio"]), place,
             f"{row['libc_median_ns'] / row['libbuf_median_ns']:.4g}") for place, row in enumerate(rows)]
    tics = ", ".join(f"{quoted(tic(row['operation']))} {place}" for place, row in enumerate(rows))
    draw(path, "Single calls on libbuf against libc", block("data", data) +
         f"set ytics ({tics}) scale 0\nset yrange [-0.7:{len(rows) - 0.3}]\nset logscale x 2\nset format x '%g'\n"
         "set xlabel 'times as fast as libc'\nunset grid\nset grid xtics lc rgb '#dddddd' lt 1\n"
         "set key outside bottom center horizontal\n"
         "set arrow from first 1, graph 0 to first 1, graph 1 nohead lc rgb '#444444' lw 1.5\n"
         "plot $data using 1:3:2:1:($3-0.35):($3+0.35) with boxxyerror fs solid 0.8 noborder lc rgb '#0072b2' "
         "title 'of the least times', "
         "$data using 4:3 with points pt 7 ps 0.7 lc rgb '#d55e00' title 'of the medians'\n",
         height=120 + 20 * len(rows))
