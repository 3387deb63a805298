/* Written by powers.py: do not edit. */
#ifndef FORMAT_POWERS_H
#define FORMAT_POWERS_H

#include <stdint.h>

/* 5^0 .. 5^27 */
static const uint64_t fives[] = {
    1u,
    5u,
    25u,
    125u,
    625u,
    3125u,
    15625u,
    78125u,
    390625u,
    1953125u,
    9765625u,
    48828125u,
    244140625u,
    1220703125u,
    6103515625u,
    30517578125u,
    152587890625u,
    762939453125u,
    3814697265625u,
    19073486328125u,
    95367431640625u,
    476837158203125u,
    2384185791015625u,
    11920928955078125u,
    59604644775390625u,
    298023223876953125u,
    1490116119384765625u,
    7450580596923828125u,
};

/* The bits of the smallest doubles that are not below 10^-27 .. 10^19 */
enum { TEN_FIRST = -27, TEN_LAST = 19 };

static const uint64_t ten_bits[] = {
    0x3a53ce9a36f23c10u,
    0x3a88c240c4aecb14u,
    0x3abef2d0f5da7dd9u,
    0x3af357c299a88ea8u,
    0x3b282db34012b252u,
    0x3b5e392010175ee6u,
    0x3b92e3b40a0e9b50u,
    0x3bc79ca10c924224u,
    0x3bfd83c94fb6d2adu,
    0x3c32725dd1d243acu,
    0x3c670ef54646d497u,
    0x3c9cd2b297d889bdu,
    0x3cd203af9ee75616u,
    0x3d06849b86a12b9cu,
    0x3d3c25c268497682u,
    0x3d719799812dea12u,
    0x3da5fd7fe1796496u,
    0x3ddb7cdfd9d7bdbbu,
    0x3e112e0be826d695u,
    0x3e45798ee2308c3au,
    0x3e7ad7f29abcaf49u,
    0x3eb0c6f7a0b5ed8eu,
    0x3ee4f8b588e368f1u,
    0x3f1a36e2eb1c432du,
    0x3f50624dd2f1a9fcu,
    0x3f847ae147ae147bu,
    0x3fb999999999999au,
    0x3ff0000000000000u,
    0x4024000000000000u,
    0x4059000000000000u,
    0x408f400000000000u,
    0x40c3880000000000u,
    0x40f86a0000000000u,
    0x412e848000000000u,
    0x416312d000000000u,
    0x4197d78400000000u,
    0x41cdcd6500000000u,
    0x4202a05f20000000u,
    0x42374876e8000000u,
    0x426d1a94a2000000u,
    0x42a2309ce5400000u,
    0x42d6bcc41e900000u,
    0x430c6bf526340000u,
    0x4341c37937e08000u,
    0x4376345785d8a000u,
    0x43abc16d674ec800u,
    0x43e158e460913d00u,
};

/* 10^(28 i) = (high 2^64 + low + a part below 1) 2^shift, from 10^-336 to 10^364 */
enum { COARSE_STEP = 28, COARSE_FIRST = -12, COARSE_LAST = 13 };

static const struct {
    uint64_t high;
    uint64_t low;
    int shift;
} coarse[] = {
    {0xe3e27a444d8d98b7u, 0xfd1b1b2308169b25u, -1244},
    {0xe61acf033d1a45dfu, 0x6fb92487298e33bdu, -1151},
    {0xe858ad248f5c22c9u, 0xd1b3400f8f9cff68u, -1058},
    {0xea9c227723ee8bcbu, 0x465e15a979c1cadcu, -965},
    {0xece53cec4a314ebdu, 0xa4f8bf5635246428u, -872},
    {0xef340a98172aace4u, 0x86fb897116c87c34u, -779},
    {0xf18899b1bc3f8ca1u, 0xdc44e6c3cb279ac1u, -686},
    {0xf3e2f893dec3f126u, 0x5a89dba3c3efccfau, -593},
    {0xf64335bcf065d37du, 0x4d4617b5ff4a16d5u, -500},
    {0xf8a95fcf88747d94u, 0x75a44c6397ce912au, -407},
    {0xfb158592be068d2eu, 0xeed6e2f0f0d56712u, -314},
    {0xfd87b5f28300ca0du, 0x8bca9d6e188853fcu, -221},
    {0x8000000000000000u, 0x0000000000000000u, -127},
    {0x813f3978f8940984u, 0x4000000000000000u, -34},
    {0x82818f1281ed449fu, 0xbff8f10e7a8921a4u, 59},
    {0x83c7088e1aab65dbu, 0x792667c6da79e0fau, 152},
    {0x850fadc09923329eu, 0x03e2cf6bc604ddb0u, 245},
    {0x865b86925b9bc5c2u, 0x0b8a2392ba45a9b2u, 338},
    {0x87aa9aff79042286u, 0x90fb44d2f05d0842u, 431},
    {0x88fcf317f22241e2u, 0x441fece3bdf81f03u, 524},
    {0x8a5296ffe33cc92fu, 0x82bd6b70d99aaa6fu, 617},
    {0x8bab8eefb6409c1au, 0x1ad089b6c2f7548eu, 710},
    {0x8d07e33455637eb2u, 0xdb0b487b6423e1e8u, 803},
    {0x8e679c2f5e44ff8fu, 0x570f09eaa7ea7648u, 896},
    {0x8fcac257558ee4e6u, 0x213a4f0aa5e8a7b1u, 989},
    {0x91315e37db165aa9u, 0x2c0de8dd3d020c0cu, 1082},
};

#endif
