"""The sections of the suite: which work, on which ways, and the share of the time that each has."""

from dataclasses import dataclass

import layer_ways
from fio import FioCell
from layers import MIB, PACES, LayerCell
from scheduler import SchedulerCell
from transfers import TransferCell
from ways import named

CHUNKS = (1, 16, 64, 256, 1024, 4096, 16384, 65536, 1048576)
FEW_CHUNKS = (1, 64, 4096, 65536, 1048576)
WRITERS = named("write2", "unbuffered", "musl", "libc", "libc-64k", "libc-1m", "libbuf", "libbuf-1m")
OTHERS = named("write2", "musl", "libc", "libc-64k", "libc-1m", "libbuf", "libbuf-1m")
READERS = named("musl", "libc", "libc-64k", "libc-1m", "libbuf", "libbuf-1m")
BOTH = named("libc", "libbuf")
TEXT_CALLS = ("fgets", "getline", "getc", "fscanf")


@dataclass(frozen=True)
class Size:
    bytes: int  # of the files
    records: int  # of a random section
    cold_records: int  # of a random section whose every record may come from the device
    program_bytes: int  # of the text that whole programs read
    layer_bytes: int  # that a way of the tables of layers moves
    layer_items: tuple  # of layer-writes: bytes of a record, and when it is taken to its level
    chunks: tuple = CHUNKS


FULL = Size(bytes=100_000_000, records=20_000, cold_records=1_000, program_bytes=32_000_000, layer_bytes=96 * MIB,
            layer_items=((256, "record"), (256, "mib"), (256, "close"), (4096, "record"), (4096, "mib"),
                         (4096, "close"), (MIB, "record"), (MIB, "close")))
QUICK = Size(bytes=10_000_000, records=2_000, cold_records=200, program_bytes=4_000_000, layer_bytes=8 * MIB,
             layer_items=((4096, "record"), (MIB, "close")), chunks=FEW_CHUNKS)


@dataclass(frozen=True)
class Section:
    name: str
    title: str
    share: float  # of the time
    unit: str = "MB/s"  # of its speed: MB/s, or records/s
    operation: str = ""
    ways: tuple = ()
    cold: bool = False
    same_calls_as: str = ""  # the section whose counts hold here too
    place: str = ""  # of whole programs: local, fuse or onto-fuse
    only: tuple = ()  # of whole programs: these
    layers: str = ""  # of the tables of layers: write, read, read-random or scheduler

    @property
    def random(self):
        return self.operation.endswith("random")


SECTIONS = (
    Section("write-new", "Writing a new file", 0.23, operation="write", ways=WRITERS),
    Section("write-over", "Writing a file over, in place", 0.17, operation="rewrite", ways=WRITERS),
    Section("write-random", "Writing records at random places", 0.08, "records/s", "write-random", OTHERS),
    Section("read-warm", "Reading a file in sequence, warm cache", 0.12, operation="read", ways=OTHERS),
    Section("read-cold", "Reading a file in sequence, cold cache", 0.08, operation="read", ways=OTHERS, cold=True,
            same_calls_as="read-warm"),
    Section("read-random-warm", "Reading records at random places, warm cache", 0.05, "records/s", "read-random",
            OTHERS),
    Section("read-random-cold", "Reading records at random places, cold cache", 0.05, "records/s", "read-random",
            OTHERS, cold=True),
    Section("text", "Reading text by lines, characters, numbers; warm cache", 0.06, ways=READERS),
    Section("programs-local", "Whole programs on the file system", 0.07, ways=BOTH, place="local"),
    Section("programs-fuse", "Whole programs on a FUSE mount", 0.07, ways=BOTH, place="fuse"),
    Section("programs-onto-fuse", "Whole programs from the file system onto a FUSE mount", 0.02, ways=BOTH,
            place="onto-fuse", only=("sed", "cut")),
    Section("layer-writes", "Layers: records written to a new file", 0.2, "records/s", ways=layer_ways.WRITERS,
            layers="write"),
    Section("layer-reads", "Layers: reading in sequence, cold cache", 0.08, ways=layer_ways.READERS, cold=True,
            layers="read"),
    Section("layer-reads-random", "Layers: reading records at random places, cold cache", 0.04, "records/s",
            ways=layer_ways.READERS, cold=True, layers="read-random"),
    Section("schedulers", "Schedulers of the device", 0.04, "records/s", ways=layer_ways.SCHEDULERS,
            layers="scheduler"),
)
BY_NAME = {section.name: section for section in SECTIONS}


def transfer_cells(section, size, files, available):
    """The cells of a section that the measuring program fills. `files`: {"new", "over", "text", "numbers"}."""
    ways = [way for way in section.ways if way.name in available]
    if section.name == "text":
        paths = {call: files["numbers" if call == "fscanf" else "text"] for call in TEXT_CALLS}
        return [TransferCell(section.name, call, way, paths[call].stat().st_size, operation=call, path=paths[call])
                for call in TEXT_CALLS for way in ways]
    kind = {"write": "new", "rewrite": "over", "write-random": "over"}.get(section.operation, "text")
    cells = []
    for chunk in size.chunks:
        records = 0
        if section.random:
            records = min(size.bytes // chunk, size.cold_records if section.cold else size.records)
        for way in ways:
            cells.append(TransferCell(
                section.name, str(chunk), way, records * chunk or size.bytes, operation=section.operation,
                path=files[kind], chunk=chunk, file_bytes=size.bytes, records=records, cold=section.cold))
    return cells


def layer_item(chunk, pace):
    return f"{chunk} {pace}" if pace else str(chunk)


def layer_cells(section, size, files, block):
    """The cells of a table of layers, and [(item, way, why)] of ways that mean nothing there. `block`: what O_DIRECT
    transfers in whole numbers of."""
    cells, absent = [], []
    if section.layers == "write":
        items, path, records = size.layer_items, files["new"], 0
    elif section.layers == "read":
        items, path, records = tuple((chunk, "") for chunk in (4096, MIB)), files["text"], 0
    else:
        items, path, records = ((4096, ""),), files["text"], size.cold_records
    whole = size.layer_bytes if section.layers == "write" else size.bytes
    for chunk, pace in items:
        for way in section.ways:
            item = layer_item(chunk, pace)
            if way.only and pace not in way.only:
                absent.append((item, way, f"the same as {PACES[way.only[0]]}"))
                continue
            kind, more = (FioCell, {"block": block}) if way.program == "fio" else (LayerCell, {})
            cells.append(kind(section.name, item, way, records * chunk or whole, operation=section.layers, path=path,
                              chunk=chunk, file_bytes=whole, records=records, cold=section.cold, pace=pace, **more))
    return cells, absent


def scheduler_cells(section, size, files, switch):
    """Work that waits for the device, on every scheduler that it knows."""
    def cell(item, way, operation, chunk, records=0, pace="", more=()):
        whole = size.layer_bytes if operation == "write" else size.bytes
        return SchedulerCell(section.name, item, way, records * chunk or whole, operation=operation,
                             path=files["new" if operation == "write" else "text"], chunk=chunk, file_bytes=whole,
                             records=records, cold=operation != "write", pace=pace, more=more, switch=switch)

    data = "--level=data"
    cells = []
    for way in section.ways:
        if way.name in switch.known:
            cells += [cell("4 KiB, fdatasync each", way, "write", 4096, pace="record", more=(data,)),
                      cell("O_DIRECT, fdatasync at close", way, "write", 4096, pace="close",
                           more=(data, "--options=direct=require,size=1M")),
                      cell("cold, in sequence", way, "read", 4096),
                      cell("cold, at random", way, "read-random", 4096, records=size.cold_records)]
    return sorted(cells, key=lambda cell: cell.item), [name for name in switch.known
                                                       if name not in {way.name for way in section.ways}]
