"""The sections of the suite: which work, on which ways, and the share of the time that each has."""

from dataclasses import dataclass

from transfers import TransferCell
from ways import named

CHUNKS = (1, 16, 64, 256, 1024, 4096, 16384, 65536, 1048576)
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


FULL = Size(bytes=100_000_000, records=20_000, cold_records=1_000, program_bytes=32_000_000)
QUICK = Size(bytes=10_000_000, records=2_000, cold_records=200, program_bytes=4_000_000)


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
    for chunk in CHUNKS:
        records = 0
        if section.random:
            records = min(size.bytes // chunk, size.cold_records if section.cold else size.records)
        for way in ways:
            cells.append(TransferCell(
                section.name, str(chunk), way, records * chunk or size.bytes, operation=section.operation,
                path=files[kind], chunk=chunk, file_bytes=size.bytes, records=records, cold=section.cold))
    return cells
