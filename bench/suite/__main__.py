"""The suite behind `make bench`: measures the same work on system calls, libc, musl and libbuf, in turns, and leaves
results.json, results.csv and report.html. docs/bench.md says what every figure means."""

import argparse
import json
import os
import signal
import sys
from pathlib import Path

import document
import plan
import record
import report
import session
from failure import Failure
from tools import BUILD


class Parser(argparse.ArgumentParser):
    def error(self, message):
        print(f"bench: {message}", file=sys.stderr)
        sys.exit(Failure.code)


def read_options():
    parser = Parser(prog="bench", description=__doc__, allow_abbrev=False)
    parser.add_argument("--quick", action="store_true",
                        help="a tenth of the bytes, in two minutes in place of twenty-four")
    parser.add_argument("--minutes", type=float,
                        help="end about then (at least three turns of each cell are taken, quick: two)")
    parser.add_argument("--directory", default=os.environ.get("BENCH_DIR") or BUILD, type=Path,
                        help="on the file system to be measured (BENCH_DIR, or build/)")
    parser.add_argument("--output", default=BUILD / "bench", type=Path, help="for the results (build/bench/)")
    parser.add_argument("--sections", default="", metavar="NAME,...",
                        help=f"only these: {', '.join(['calls', *plan.BY_NAME])}")
    parser.add_argument("--seed", type=int, default=1, help="of the order of the turns (1)")
    parser.add_argument("--report-only", action="store_true", help="make the page again from results.json")
    parser.add_argument("--document", type=Path, metavar="DIRECTORY",
                        help="also put charts and tables into DIRECTORY/bench/ and DIRECTORY/bench.md")
    options = parser.parse_args()
    options.sections = [name for name in options.sections.split(",") if name]
    for name in options.sections:
        if name != "calls" and name not in plan.BY_NAME:
            parser.error(f"--sections: {name}: no such section")
    options.minutes = options.minutes or (1.7 if options.quick else 23)
    return options


def main():
    options = read_options()
    options.output.mkdir(parents=True, exist_ok=True)
    path = options.output / "results.json"
    if options.report_only:
        results = json.loads(path.read_text(encoding="utf-8"))
    else:
        results = session.Session(options).run()
        record.write_json(path, results)
        record.write_csv(options.output / "results.csv", results)
    charts = report.write(options.output, results)
    if options.document:
        document.write(options.document, results, charts, options.output / "results.csv")
    report.print_summary(results)
    print(f"{options.output / 'report.html'}: {len(results['cells'])} cells in {results['seconds'] / 60:.1f} minutes")


def stop(number, _):
    sys.exit(128 + number)


if __name__ == "__main__":
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        main()
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        sys.exit(failure.code)
    except OSError as error:
        print(f"bench: {error.filename or 'system'}: {error.strerror}", file=sys.stderr)
        sys.exit(Failure.code)
    except KeyboardInterrupt:
        sys.exit(130)
