#!/usr/bin/env python3
"""Writes format_powers.h: the powers of ten that format_float.c multiplies by."""

from fractions import Fraction
from math import inf, nextafter
from struct import pack, unpack

STEP = 28  # 5^27 is the largest power of five below 2^63


def coarse(index):
    """The first 128 bits of 10^(28 index), truncated, and the exponent of two that goes with them."""
    power = 10 ** (STEP * abs(index))
    if index >= 0:
        shift = power.bit_length() - 128
        mantissa = power >> shift if shift >= 0 else power << -shift
    else:
        bits = power.bit_length() + 127
        mantissa = (1 << bits) // power
        shift = -bits
        while mantissa >> 128:
            mantissa >>= 1
            shift += 1
    assert mantissa >> 127 == 1
    return mantissa, shift


def double_from(power):
    """The bits of the smallest double that is not below 10^power."""
    ten = Fraction(10) ** power
    value = float(f"1e{power}")
    if Fraction(value) < ten:
        value = nextafter(value, inf)
    return unpack("<Q", pack("<d", value))[0]


def main():
    print("/* Written by powers.py: do not edit. */")
    print("#ifndef FORMAT_POWERS_H\n#define FORMAT_POWERS_H\n")
    print("#include <stdint.h>\n")
    print("/* 5^0 .. 5^27 */")
    print("static const uint64_t fives[] = {")
    for i in range(STEP):
        print(f"    {5 ** i}u,")
    print("};\n")
    print("/* The bits of the smallest doubles that are not below 10^-27 .. 10^19 */")
    print("enum { TEN_FIRST = -27, TEN_LAST = 19 };\n\nstatic const uint64_t ten_bits[] = {")
    for i in range(-27, 20):
        print(f"    0x{double_from(i):016x}u,")
    print("};\n")
    first, last = -12, 13
    print("/* 10^(28 i) = (high 2^64 + low + a part below 1) 2^shift, from 10^-336 to 10^364 */")
    print(f"enum {{ COARSE_STEP = {STEP}, COARSE_FIRST = {first}, COARSE_LAST = {last} }};\n")
    print("static const struct {\n    uint64_t high;\n    uint64_t low;\n    int shift;\n} coarse[] = {")
    for i in range(first, last + 1):
        mantissa, shift = coarse(i)
        print(f"    {{0x{mantissa >> 64:016x}u, 0x{mantissa & (2 ** 64 - 1):016x}u, {shift}}},")
    print("};\n\n#endif")


main()
