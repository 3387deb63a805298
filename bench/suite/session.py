"""One run of the suite: its files, its sections one after another, what was left out and why."""

import random
import shutil
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import cache
import device
import layer_ways
import machine
import mount
import percall
import plan
import programs
import record
import scheduler
import transfers
import turns
from failure import Failure, WrongData
from tools import BUILD, check_built
from ways import WAYS

REPORT_SECONDS = 8  # kept free for charts and page


class Session:
    def __init__(self, options):
        self.options = options
        self.size = plan.QUICK if options.quick else plan.FULL
        self.pace = turns.QUICK if options.quick else turns.FULL
        self.begin = time.monotonic()
        self.seconds = options.minutes * 60 - REPORT_SECONDS
        self.random = random.Random(options.seed)
        self.skipped = []  # {"what", "why"}
        self.sections = []
        self.cells = []
        self.absent = []  # {"section", "item", "way", "why"}
        self.disk = None  # the device of the directory
        self.available = {way.name for way in WAYS}
        self.mount = None  # the FUSE mount, once it is needed
        self.no_mount = None  # why there is none

    def skip(self, what, why):
        self.skipped.append({"what": what, "why": why})
        print(f"skipped: {what}: {why}", flush=True)

    def run(self):
        """Returns the results as they are written to results.json."""
        started = time.time()
        check_built()
        if not (BUILD / "bench" / "transfer-musl").exists():
            self.available.discard("musl")
            self.skip("musl", "musl-gcc is not installed (Debian package musl-tools)")
        directory = Path(self.options.directory).resolve()
        if not directory.is_dir():
            raise Failure(f"{directory}: not a directory")
        if shutil.disk_usage(directory).free < 6 * self.size.bytes:
            raise Failure(f"{directory}: less than {6 * self.size.bytes / 1e6:.0f} MB are free")
        with ExitStack() as stack:
            self.stack = stack
            self.work = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=directory, prefix="bench.")))
            environment = machine.describe(self.work)
            self.disk = device.Disk(self.work)
            environment["device"] = self.disk.describe()
            if self.disk.why:
                self.skip("the device's columns", self.disk.why)
            whole = machine.Load()
            calls = self.measure_calls()
            self.measure_sections()
            environment["load"] = whole.end()
        environment["eviction"] = list(cache.method)
        cells = [record.cell_record(cell) for cell in self.cells]
        return {"schema": record.SCHEMA, "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(started)),
                "seconds": time.time() - started, "quick": self.options.quick, "seed": self.options.seed,
                "bytes": self.size.bytes, "environment": environment, "skipped": self.skipped,
                "sections": self.sections, "cells": cells, "absent": self.absent,
                "ratios": record.ratios(cells), "calls": calls}

    def measure_calls(self):
        if self.options.sections and "calls" not in self.options.sections:
            return []
        print("calls: the per-call table", flush=True)
        quick = ["--quick", "--seconds=8"] if self.options.quick else ["--seconds=140"]
        return percall.measure(self.work, quick)

    def measure_sections(self):
        wanted = [section for section in plan.SECTIONS
                  if not self.options.sections or section.name in self.options.sections]
        left = self.seconds - (time.monotonic() - self.begin)
        shares = sum(section.share for section in wanted)
        files = self.make_files(wanted)
        for section in wanted:
            begin = time.monotonic()
            with ExitStack() as self.set_for_section:
                cells = self.plan_section(section, files)
                if cells:
                    self.measure_section(section, cells, left * section.share / shares)
            # What one section leaves over, or takes too much, the following ones share.
            left -= time.monotonic() - begin
            shares -= section.share

    def make_files(self, wanted):
        names = ("new", "over", "text", "numbers")
        files = {name: self.work / name for name in names}
        for name in ("over", "text", "numbers"):
            if any(not section.place for section in wanted):
                transfers.make_file(files[name], self.size.bytes, numbers=name == "numbers")
        return files

    def plan_section(self, section, files):
        if section.cold:
            try:
                cache.choose(files["text"])
            except cache.NotCold as error:
                self.skip(section.name, str(error))
                return []
        if section.layers:
            return self.plan_layers(section, files)
        if not section.place:
            return plan.transfer_cells(section, self.size, files, self.available)
        try:
            read_from, written_to = self.place(section.place)
        except mount.NoMount as error:
            self.skip(section.name, str(error))
            return []
        cells, skipped = programs.plan(section.name, section.ways, self.inputs(read_from), written_to, section.only)
        for item, why in skipped:
            self.skip(f"{section.name}: {item}", why)
        return cells

    def plan_layers(self, section, files):
        if section.layers != "scheduler":
            block = int(self.disk.setting("logical_block_size") or 512)
            cells, absent = plan.layer_cells(section, self.size, files, block)
            for item, way, why in absent:
                self.lack(section.name, item, way, why)
            return cells
        try:
            switch = scheduler.Switch(self.disk)
        except scheduler.NoChoice as error:
            self.skip(section.name, str(error))
            return []
        cells, others = plan.scheduler_cells(section, self.size, files, switch)
        if others:
            self.skip(f"{section.name}: {', '.join(others)}", "unknown to this suite")
        for way in layer_ways.SCHEDULERS:
            if way.name not in switch.known:
                self.skip(f"{section.name}: {way.name}", f"{self.disk.name} does not know it (a module may be missing)")
        self.set_for_section.enter_context(scheduler.kept(switch))
        return cells

    def lack(self, section, item, way, why):
        """What the tables show in place of figures."""
        self.absent.append({"section": section, "item": item, "way": way.name, "why": why})

    def place(self, name):
        """The directories that a program reads from and writes to."""
        local = self.work
        if name == "local":
            return local, local
        if self.no_mount:
            raise self.no_mount
        if not self.mount:
            try:
                self.mount = self.stack.enter_context(mount.bound(self.work))
            except mount.NoMount as error:
                self.no_mount = error
                raise
        return (self.mount if name == "fuse" else local), self.mount

    def inputs(self, directory):
        """{name: (path, bytes)} of the programs' inputs there."""
        found = {name: directory / file for name, file in programs.FILES.items()}
        if not all(path.exists() for path in found.values()):
            programs.make_inputs(found, self.size.program_bytes)
        return {name: (path, path.stat().st_size) for name, path in found.items()}

    def measure_section(self, section, cells, seconds):
        load = machine.Load()
        begin = time.monotonic()
        self.take_counts(section, cells)
        lost = {}
        for cell in cells:
            if not cell.calls:
                try:
                    cell.count(self.work)
                except WrongData:
                    raise
                except (Failure, OSError) as error:
                    lost[id(cell)] = self.first_line(error)
        left = seconds - (time.monotonic() - begin)
        rounds = turns.measure([cell for cell in cells if id(cell) not in lost], self.pace_of(section), left,
                               self.random.shuffle, self.disk,
                               lambda cell, why: lost.update({id(cell): self.first_line(why)}))
        for cell in cells:
            if id(cell) in lost:
                self.lack(cell.section, cell.item, cell.way, lost[id(cell)])
        for way, why in dict.fromkeys((cell.way.title, lost[id(cell)]) for cell in cells if id(cell) in lost):
            print(f"not here: {section.name}: {way}: {why}", flush=True)
        cells = [cell for cell in cells if id(cell) not in lost]
        check_proofs(cells)
        self.cells += cells
        used = load.end()
        self.sections.append({"name": section.name, "title": section.title, "unit": section.unit, "rounds": rounds,
                              "layers": section.layers, "load": used})
        print(f"{section.name}: {len(cells)} cells, {rounds} rounds in {used['seconds']:.0f} s; other work kept "
              f"{used['others']:.1f} processors busy", flush=True)

    def first_line(self, error):
        """Without the place where the files are for this one run."""
        return (str(error).splitlines() or ["failed"])[0].replace(f"{self.work}/", "")

    def pace_of(self, section):
        if not section.layers:
            return self.pace
        return turns.LAYERS_QUICK if self.options.quick else turns.LAYERS

    def take_counts(self, section, cells):
        """The same work makes the same calls whatever the cache holds."""
        counted = {(cell.item, cell.way.name): cell.calls for cell in self.cells
                   if cell.section == section.same_calls_as}
        for cell in cells:
            cell.calls = counted.get((cell.item, cell.way.name))


def check_proofs(cells):
    """Every way must have made the same of the same data."""
    proofs = {}
    for cell in cells:
        key = (cell.item, cell.divisor)
        if proofs.setdefault(key, cell.proof) != cell.proof:
            raise WrongData(f"{cell.section} {cell.item}: {cell.way.title} made something else of the data")
