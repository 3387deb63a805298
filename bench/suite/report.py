"""report.html: one page that needs nothing else, and a summary for the terminal."""

import base64
import html
import shutil

import charts
import table

STYLE = """
body { font: 15px/1.5 'DejaVu Sans', Helvetica, Arial, sans-serif; color: #222; background: #fff;
       max-width: 1080px; margin: 2em auto; padding: 0 1em }
h1 { font-size: 1.7em; margin-bottom: 0 } h2 { margin-top: 2.2em; border-bottom: 1px solid #ccc }
figure { margin: 1.2em 0 } figure img { width: 100%; height: auto } figcaption, .note { color: #555; font-size: 0.9em }
.wide { overflow-x: auto } table { border-collapse: collapse; font-size: 0.8em; white-space: nowrap }
th, td { padding: 0.2em 0.7em; text-align: right; border-bottom: 1px solid #eee }
th { border-bottom: 1px solid #999 } th:first-child, td:first-child { text-align: left; font-weight: bold }
table.text { white-space: normal; font-size: 0.9em } table.text td { text-align: left }
summary { cursor: pointer; margin: 0.8em 0 }
"""

NOTE = ("Times are of the whole work: the median, and in parentheses the least and the most of all turns. [1/50]: the "
        "turns did a fiftieth of the work, and the time shown is fifty times theirs. *: reads and writes only.")

LAYERS_NOTE = ("How many records a second are where the second column says: in the page cache they survive the "
               "program, in the device's cache the kernel, durable a power cut. fio's calls are not counted, its clock "
               "has whole milliseconds, and its io_uring has four records and their syncs in flight at once.")


def html_table(heading, rows, kind=""):
    escape = html.escape
    head = "".join(f"<th>{escape(name)}</th>" for name in heading)
    body = "\n".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in rows)
    head = f"<tr>{head}</tr>" if head else ""
    return f'<div class="wide"><table class="{kind}">{head}\n{body}\n</table></div>'


def folded(title, content):
    return f"<details><summary>{html.escape(title)}</summary>{content}</details>"


def figure(directory, name, caption):
    data = base64.b64encode((directory / name).read_bytes()).decode("ascii")
    return (f'<figure><img src="data:image/svg+xml;base64,{data}" alt="{html.escape(caption)}">'
            f"<figcaption>{html.escape(caption)}</figcaption></figure>")


def percall_table(rows):
    heading = ["", "place", "buffer", "threads", "libc, least", "quartiles", "libbuf, least", "quartiles",
               "times as fast", "samples"]
    lines = []
    for row in rows:
        line = [row["operation"], row["place"], row["window"], f"{row['threads']:.0f}"]
        for side in ("libc", "libbuf"):
            line += [f"{row[f'{side}_min_ns']:.1f} ns",
                     f"{row[f'{side}_lower_quartile_ns']:.1f} to {row[f'{side}_upper_quartile_ns']:.1f}"]
        lines.append([*line, f"{row['ratio']:.2f}", f"{row['samples']:.0f}"])
    return html_table(heading, lines)


def device_table(results, section):
    return f'<p class="note">{html.escape(table.device_note(results))}</p>' + (
        "" if results["environment"]["device"]["why"] else html_table(*table.device(results, section["name"])))


def section_of(results, section, images):
    counts = html_table(*table.pivot(results, section["name"], table.all_calls))
    parts = [f"<h2>{html.escape(section['title'])}</h2>", *images,
             f'<p class="note">{table.meanwhile(section)}</p>',
             html_table(*(table.speeds(results, section["name"]) if section["layers"] else
                          table.pivot(results, section["name"], table.time_range)))]
    if not section["layers"]:
        parts.append(folded("System calls of the whole work", counts))
    elif section["layers"] == "write":
        parts.append(f'<p class="note">{html.escape(LAYERS_NOTE)}</p>')
    parts += [folded("The device meanwhile", device_table(results, section)),
              folded("Every figure", html_table(*table.full(results, section["name"])))]
    return "\n".join(parts)


def page(directory, results, drawn):
    images = {}
    for name, section, caption in drawn:
        images.setdefault(section, []).append(figure(directory, name, caption))
    skipped = "".join(f"<li>{html.escape(entry['what'])}: {html.escape(entry['why'])}</li>"
                      for entry in results["skipped"])
    body = ["<h1>libbuf beside libc</h1>", f'<p class="note">{html.escape(NOTE)}</p>',
            html_table([], list(table.environment(results)), "text"),
            f"<p>Left out:</p><ul>{skipped}</ul>" if skipped else "", *images.get("", []),
            folded("libbuf against libc, default buffers: medians (and from the least to the most of the rounds)",
                   html_table(*table.ratios(results))),
            folded("The per-call table", percall_table(results["calls"])) if results["calls"] else "",
            *(section_of(results, section, images.get(section["name"], [])) for section in results["sections"])]
    return ('<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>libbuf beside libc</title>'
            f"<style>{STYLE}</style></head><body>\n" + "\n".join(body) + "\n</body></html>\n")


def write(directory, results):
    """Writes charts and page; returns the charts as charts.draw_all does, none where gnuplot is not installed."""
    drawn = []
    if shutil.which("gnuplot"):
        drawn = charts.draw_all(directory, results)
    else:
        results["skipped"].append({"what": "charts", "why": "gnuplot is not installed (Debian package gnuplot-nox)"})
    (directory / "report.html").write_text(page(directory, results, drawn), encoding="utf-8")
    return drawn


def print_summary(results):
    """Times as fast as libc, by wall time: the median, and the least and most of the rounds."""
    if not results["ratios"]:
        return
    print("\nlibbuf against libc, both with default buffers: times as fast by wall time, of the medians (and from the\n"
          "least to the most of the rounds), and by processor time\n")
    for section, item, wall, _, processor in table.ratios(results)[1]:
        if section:
            print(section)
        print(f"  {item:<10} {wall:<26} {processor}")
    print()
