"""What the suite behind `make bench` makes of /proc/diskstats: the right line, the columns of iostat, counters that
come round, older kernels. Run by tests/bench.sh."""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "bench" / "suite"))

import device

STATS = """ 254       0 vda 100 20 3000 400 200 50 8000 900 3 700 1400 1 0 8 2 10 30
 254       1 vda1 7 0 8 9 0 0 0 0 0 9 9
"""


class Device(unittest.TestCase):
    def test_line_of_the_device_and_no_other(self):
        self.assertEqual(device.parse(STATS, "vda")["reads"], 100)
        self.assertEqual(device.parse(STATS, "vda")["flush_ms"], 30)
        self.assertEqual(device.parse(STATS, "vda1")["busy_ms"], 9)
        self.assertIsNone(device.parse(STATS, "vd"))

    def test_counter_of_32_bits_comes_round(self):
        self.assertEqual(device.difference({"reads": 2**32 - 10, "in_flight": 3}, {"reads": 5, "in_flight": 0}),
                         {"reads": 15})

    def test_columns_are_those_of_iostat(self):
        found = device.columns(device.parse(STATS, "vda"), 2)
        expected = {"r/s": 50, "rMB/s": 0.768, "rrqm/s": 10, "r_await": 4, "rareq-sz": 15, "w/s": 100,
                    "wMB/s": 2.048, "wrqm/s": 25, "w_await": 4.5, "wareq-sz": 20, "f/s": 5, "f_await": 3, "aqu-sz": 0.7,
                    "%util": 35}
        self.assertEqual(tuple(found), device.COLUMNS)
        for name, value in expected.items():
            self.assertAlmostEqual(found[name], value, msg=name)

    def test_what_is_not_counted_or_was_not_done_has_no_figure(self):
        found = device.columns(device.parse(STATS, "vda1"), 1)
        self.assertIsNone(found["f/s"])
        self.assertIsNone(found["w_await"])
        self.assertIsNone(found["wareq-sz"])

    def test_memory_has_no_device_and_says_so(self):
        disk = device.Disk("/dev/shm")
        self.assertIsNone(disk.read())
        self.assertIn("tmpfs has no block device", disk.why)


if __name__ == "__main__":
    unittest.main(verbosity=0)
