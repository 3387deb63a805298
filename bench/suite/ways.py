"""The ways through which the same bytes go: system calls, libc, musl and libbuf, with their buffers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Way:
    name: str  # in results.json
    title: str  # in tables and legends
    options: tuple = ()  # for the measuring program
    program: str = "transfer"  # which build of it
    preload: bool = False  # run on libbuf
    call_a_chunk: bool = False  # every chunk is a system call


WAYS = (
    Way("write2", "system calls", ("--direct",), call_a_chunk=True),
    Way("unbuffered", "libc, unbuffered", ("--buffer=0",), call_a_chunk=True),
    Way("musl", "musl (static)", program="transfer-musl"),
    Way("libc", "libc"),
    Way("libc-64k", "libc, own 64 KiB", ("--buffer=65536",)),
    Way("libc-1m", "libc, own 1 MiB", ("--buffer=1048576",)),
    Way("libbuf", "libbuf", preload=True),
    Way("libbuf-1m", "libbuf, own 1 MiB", ("--buffer=1048576",), preload=True),
)

BY_NAME = {way.name: way for way in WAYS}


def named(*names):
    return [BY_NAME[name] for name in names]
