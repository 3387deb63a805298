"""The ways of the tables of layers: what the stream is asked for, and how far its bytes have got when a record counts
as done."""

from dataclasses import dataclass

from ways import Way

KERNEL, DEVICE, DURABLE = "kernel", "device", "durable"


@dataclass(frozen=True)
class Layer(Way):
    reaches: str = ""  # KERNEL: the page cache; DEVICE: the device's cache; DURABLE: what survives a power cut
    direct: bool = False  # round the page cache, or it is not the way that it says
    only: tuple = ()  # of the paces of layers.py, where the way means nothing in the others


def libc(name, title, reaches, *options):
    return Layer(name, title, ("--buffer=1048576", *options), "layers", reaches=reaches)


def libbuf(name, title, reaches, level, options="", direct=False):
    options = ",".join(filter(None, ("size=1M", options)))
    return Layer(name, title, (f"--options={options}", f"--level={level}"), "layers", preload=True, reaches=reaches,
                 direct=direct)


def fio(name, title, reaches, *options, direct=False, only=()):
    return Layer(name, title, options, "fio", reaches=reaches, direct=direct, only=only)


WRITERS = (
    libc("libc-fflush", "libc, fflush", KERNEL),
    libbuf("fflush", "fflush", KERNEL, "kernel"),
    libc("libc-fdatasync", "libc, fdatasync", DURABLE, "--level=data"),
    libbuf("fdatasync", "fdatasync", DURABLE, "data"),
    libbuf("fsync", "fsync", DURABLE, "file"),
    libc("libc-dsync", "libc, O_DSYNC", DURABLE, "--dsync"),
    libbuf("dsync", "O_DSYNC (sync=always)", DURABLE, "kernel", "sync=always"),
    libbuf("pace", "pace=1M, fdatasync", DURABLE, "data", "pace=1M"),
    libbuf("dontcache", "dontcache, fdatasync", DURABLE, "data", "cache=dontcache"),
    libbuf("direct", "O_DIRECT", DEVICE, "kernel", "direct=require", direct=True),
    libbuf("direct-fdatasync", "O_DIRECT, fdatasync", DURABLE, "data", "direct=require", direct=True),
    libbuf("direct-dsync", "O_DIRECT, O_DSYNC", DURABLE, "kernel", "direct=require,sync=always", direct=True),
    libbuf("async", "O_DIRECT, async=4, fdatasync", DURABLE, "data", "direct=require,async=4", direct=True),
    libbuf("ahead", "O_DIRECT, async=4, ahead, fdatasync", DURABLE, "data", "direct=require,async=4,ahead",
           direct=True),
    fio("fio", "fio psync", KERNEL, "--ioengine=psync", only=("close",)),
    fio("fio-fdatasync", "fio psync, fdatasync", DURABLE, "--ioengine=psync"),
    fio("fio-dsync", "fio psync, O_DSYNC", DURABLE, "--ioengine=psync", "--sync=dsync", only=("record",)),
    fio("fio-direct", "fio psync, O_DIRECT, fdatasync", DURABLE, "--ioengine=psync", "--direct=1", direct=True),
    fio("fio-uring", "fio io_uring 4, O_DIRECT, fdatasync", DURABLE, "--ioengine=io_uring", "--iodepth=4", "--direct=1",
        direct=True),
)


def reader(name, title, options, direct=False):
    return Layer(name, title, (f"--options={options}",), "layers", preload=True, direct=direct)


READERS = (
    Layer("libc-read", "libc", (), "layers"),
    reader("read", "buffered", ""),
    reader("read-sequential", "advise=sequential", "advise=sequential"),
    reader("read-random", "advise=random", "advise=random"),
    reader("read-willneed", "advise=willneed", "advise=willneed"),
    reader("read-noreuse", "advise=noreuse", "advise=noreuse"),
    reader("read-dontcache", "dontcache", "cache=dontcache"),
    reader("read-map", "map", "map"),
    reader("read-direct", "O_DIRECT", "direct=require", direct=True),
    reader("read-direct-1m", "O_DIRECT, 1 MiB", "direct=require,size=1M", direct=True),
    reader("read-async", "O_DIRECT, async=4", "direct=require,async=4", direct=True),
    reader("read-async-1m", "O_DIRECT, async=4, 1 MiB", "direct=require,async=4,size=1M", direct=True),
    fio("fio-read", "fio psync", "", "--ioengine=psync"),
    fio("fio-read-mmap", "fio mmap", "", "--ioengine=mmap"),
    fio("fio-read-direct", "fio psync, O_DIRECT", "", "--ioengine=psync", "--direct=1", direct=True),
    fio("fio-read-uring", "fio io_uring 4, O_DIRECT", "", "--ioengine=io_uring", "--iodepth=4", "--direct=1",
        direct=True),
)

# The schedulers of Linux; of them those that the device knows are measured.
SCHEDULERS = tuple(Layer(name, name, (), "layers", preload=True) for name in ("none", "mq-deadline", "kyber", "bfq"))
