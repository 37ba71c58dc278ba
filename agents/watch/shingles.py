"""Signatures of texts, by which copies are found: MinHash over 3-word shingles (Broder 1997), by the rensa library.

A signature is 63 hashes of 32 bits. In bands of 3 a pair of texts that share 36 % of their shingles meets in at least one of
21 bands half of the time; one that shares 70 % practically always.

Words are hashed all at once: the hash of a word is that of its bytes as a polynomial, which prefix sums give for every span of the
text (Karp and Rabin 1987), modulo 2^64. Making each word and shingle a string of its own would cost four times as much as all the rest.
"""

from __future__ import annotations

import hashlib
import struct
from array import array

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

BANDS = 21
ROWS = 3
_SEED = 42
_SPLIT = struct.Struct(f"{4 * ROWS}s" * BANDS).unpack
_MAX_CHARS = 20_000
"""What stands behind is not compared."""

Hashes = NDArray[np.uint64]

_WORD = np.uint64
_BASE = 0x9E3779B97F4A7C15
_MAX_BYTES = 6 * _MAX_CHARS + 16
"""Of the longest text: a character of two bytes may become three of them when its case is folded; and the padding."""


def _powers(base: int) -> Hashes:
    """1, base, base^2 ... modulo 2^64."""
    factors = np.full(_MAX_BYTES, base, _WORD)
    factors[0] = 1
    return np.multiply.accumulate(factors)


_UP = _powers(_BASE)
_DOWN = _powers(pow(_BASE, -1, 1 << 64))
_FIRST, _SECOND, _THIRD = (_WORD(n) for n in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93))
_MIX = _WORD(0xFF51AFD7ED558CCD)
_HALF = _WORD(32)


def words(title: str, body: str) -> Hashes:
    """Return a hash of each word of title and body, case folded; what is between them (blanks, controls) doesn't count."""
    text = f" {title[:_MAX_CHARS]}\n{body} "[:_MAX_CHARS]
    data = np.frombuffer(text.casefold().encode(errors="surrogatepass") + b" ", np.uint8)
    blank = data <= ord(" ")
    edges = (blank[1:] != blank[:-1]).nonzero()[0]
    before, last = edges[0::2], edges[1::2]  # the blank before each word, and its last byte
    sums = (data * _UP[: len(data)]).cumsum()
    spelt: Hashes = (sums[last] - sums[before]) * _DOWN[before]
    return spelt


def digest(of: Hashes) -> bytes:
    """Return what is equal for exact copies only, whatever their white space and case: 64 bits."""
    return hashlib.blake2b(of.tobytes(), digest_size=8).digest()


def signature(of: Hashes) -> bytes:
    """Return the MinHash signature: 63 little-endian 32-bit hashes. Texts of fewer than 3 words are hashed as they are."""
    spelt = of if len(of) >= ROWS else np.resize(np.append(of, _WORD(len(of))), ROWS)
    shingles = spelt[:-2] * _FIRST + spelt[1:-1] * _SECOND + spelt[2:] * _THIRD
    shingles = (shingles ^ (shingles >> _HALF)) * _MIX
    found = RMinHash.digest_matrix_from_flat_token_hashes(shingles, [0, len(shingles)], BANDS * ROWS, _SEED)
    return array("I", found.to_rows()[0]).tobytes()


def bands(of: bytes) -> tuple[bytes, ...]:
    """Return the 21 bands of a signature: texts that are equal in one of them are candidates."""
    return _SPLIT(of)


def similarity(one: bytes, other: bytes) -> float:
    """Estimate the Jaccard similarity of two texts' shingles, 0 to 1, from their signatures."""
    equal = np.count_nonzero(np.frombuffer(one, np.uint32) == np.frombuffer(other, np.uint32))
    return int(equal) / (BANDS * ROWS)
