"""Hostile input by chance: good examples, cut, spliced, repeated, and salted with what has broken parsers before."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

LARGE = 100_000
"""Bytes of the large inputs: one in fifty is blown up to that."""
LARGE_SHARE = 0.02

SALT = tuple(
    text.encode("utf-8", "surrogatepass")
    for text in (
        *("\x00", "\x1b[31m", "\ufeff", "\ud800", "\u202e", "\u2028", "İ", "ı", "ß", "ﬁ", "e\u0301" * 30, "\u200d" * 20),
        *("🇹🇷", "𝕋𝕦𝕣𝕜𝕖𝕪", "Кылычдароглу", "土耳其", "تركيا", "«»„“‘’'\"", "\u00a0", "\r\n", "\t", "…" * 40),
        *("<", "<!--", "<![CDATA[", "]]>", "<script>", "&amp;", "&#x110000;", "&" * 60, "<a " * 60, "<p>" * 60, "%00", "%c0%af"),
        *("{", "}", "[" * 200, '{"a":' * 100, '"', "\\u0000", "\\ud800", "null", "true", "NaN", "-0", "1e999", "9" * 400),
        *("1970-01-01T00:00:00Z", "9999-12-31T23:59:60Z", "0000-00-00", "-1", "2023-02-30", "20230511", "1683763200000"),
        *("http://[::1", "https://a.b/?q=%", "//" * 80, "a@b:c@d", "javascript:x", "http://xn--", ".." * 50, "." * 200),
        *("Russia accused Turkey of ", "denied that ", "said that ", "Kılıçdaroğlu ", "the Kremlin ", '"', " (Reuters) - "),
        *("'" * 80, "(" * 80, "-" * 80, ", " * 60, "and " * 60, "a" * 300, "A. " * 60, "of the " * 60, " " * 300, "\n" * 80),
    )
)  # fmt: skip


def inputs(seeds: Sequence[bytes], chance: random.Random) -> Iterator[bytes]:
    """Yield inputs without end: the examples themselves first, then what chance makes of them."""
    yield from seeds
    yield b""
    changes: tuple[Callable[[bytearray, random.Random, Sequence[bytes]], None], ...] = (
        _flip, _salt, _salt, _cut, _splice, _repeat, _swap,
    )  # fmt: skip
    while True:
        data = bytearray(chance.choice(seeds))
        for _round in range(min(1 + int(chance.expovariate(0.5)), 12)):
            chance.choice(changes)(data, chance, seeds)
        if chance.random() < LARGE_SHARE:
            _blow_up(data, chance)
        yield bytes(data[:LARGE])


def _place(data: bytearray, chance: random.Random) -> int:
    return chance.randrange(len(data) + 1)


def _flip(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    for _time in range(chance.randrange(1, 8)):
        if data:
            data[chance.randrange(len(data))] = chance.randrange(256)


def _salt(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    at = _place(data, chance)
    data[at:at] = chance.choice(SALT)


def _cut(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    start = _place(data, chance)
    del data[start : start + chance.randrange(1, 200)]


def _splice(data: bytearray, chance: random.Random, seeds: Sequence[bytes]) -> None:
    other = chance.choice(seeds)
    start = chance.randrange(len(other) + 1)
    at = _place(data, chance)
    data[at:at] = other[start : start + chance.randrange(1, 400)]


def _repeat(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    start = _place(data, chance)
    data[start:start] = bytes(data[start : start + chance.randrange(1, 60)]) * chance.randrange(2, 20)


def _swap(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> None:
    if len(data) > 2:
        a, b = sorted((_place(data, chance), _place(data, chance)))
        data[a:b] = bytes(data[a:b])[::-1]


def _blow_up(data: bytearray, chance: random.Random) -> None:
    """One part of it again and again, the rest as it is: what is quadratic shows."""
    start = _place(data, chance)
    part = bytes(data[start : start + chance.choice((1, 2, 3, 10, 50, 500, 5000))]) or chance.choice(SALT)
    data[start:start] = part * (max(0, LARGE - len(data)) // len(part))
