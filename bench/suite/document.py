"""The measured part of docs/bench.md: between two marks, tables of one run, and beside the page its charts."""

import shutil

import report
import table
from failure import Failure

BEGIN, END = "<!-- measured: make bench-document -->", "<!-- end of measured -->"


def markdown_table(heading, rows):
    def line(words):
        return "| " + " | ".join(words) + " |"

    return "\n".join([line(heading), "|" + "---|" * len(heading), *map(line, rows)])


def measured(results, drawn):
    parts = ["## One run", "\n".join(f"- **{name}**: {text}" for name, text in table.environment(results))]
    if results["skipped"]:
        left_out = "; ".join(f"{entry['what']} ({entry['why']})" for entry in results["skipped"])
        parts.append(f"Left out: {left_out}.")
    parts += [report.NOTE, "### libbuf against libc, default buffers",
              "Times as fast as libc: of the medians, and in parentheses the least and the most of the rounds.",
              *(image(name, caption) for name, section, caption in drawn if not section),
              markdown_table(*table.ratios(results))]
    for section in results["sections"]:
        parts.append(f"### {section['title']}")
        parts += [image(name, caption) for name, of, caption in drawn if of == section["name"]]
        if section["layers"]:
            parts.append(table.meanwhile(section))
            if section["layers"] == "write":
                parts.append(report.LAYERS_NOTE)
            parts.append(markdown_table(*table.speeds(results, section["name"])))
            parts.append(table.device_note(results))
            if not results["environment"]["device"]["why"]:
                parts.append(markdown_table(*table.device(results, section["name"])))
            continue
        parts.append(f"{table.meanwhile(section)} Wall time:")
        parts.append(markdown_table(*table.pivot(results, section["name"], table.time_range)))
        parts += ["System calls:", markdown_table(*table.pivot(results, section["name"], table.all_calls))]
    return "\n\n".join(parts)


def image(name, caption):
    return f"![{caption}](bench/{name})"


def write(directory, results, drawn, figures):
    """Puts charts and figures into directory/bench/, and the tables into directory/bench.md."""
    page = directory / "bench.md"
    text = page.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise Failure(f"{page}: has not got the marks between which the measured part stands")
    head, rest = text.split(BEGIN, 1)
    tail = rest.split(END, 1)[1]
    page.write_text(f"{head}{BEGIN}\n{measured(results, drawn)}\n\n{END}{tail}", encoding="utf-8")
    (directory / "bench").mkdir(exist_ok=True)
    for name, _, _ in drawn:
        shutil.copy(figures.parent / name, directory / "bench" / name)
    shutil.copy(figures, directory / "bench" / figures.name)
