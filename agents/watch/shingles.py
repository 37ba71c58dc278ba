"""Signatures of texts, by which copies are found: MinHash over 3-word shingles (Broder 1997), by the rensa library.

A signature is 63 hashes of 32 bits. In bands of 3 a pair of texts that share 36 % of their shingles meets in at least one of
21 bands half of the time; one that shares 70 % practically always.
"""

from __future__ import annotations

import hashlib
from array import array
from operator import eq

from rensa import RMinHash

BANDS = 21
ROWS = 3
_SEED = 42
_WORD_BYTES = 4
_BAND_DIGITS = 2 * ROWS * _WORD_BYTES
_BAND_PLACES = [(f"{i:02d}", i * _BAND_DIGITS) for i in range(BANDS)]
_MAX_WORDS = 3_000


def words(title: str, body: str) -> list[str]:
    """Return what is compared: the words of title and body, case folded, at most 3,000 of them."""
    return f"{title}\n{body}".casefold().split(None, _MAX_WORDS)[:_MAX_WORDS]


def digest(tokens: list[str]) -> str:
    """Return what is equal for exact copies only, whatever their white space and case: 64 bits in hex."""
    return hashlib.blake2b(" ".join(tokens).encode(), digest_size=8).hexdigest()


def signature(tokens: list[str]) -> bytes:
    """Return the MinHash signature: 63 little-endian 32-bit hashes. Texts of fewer than 3 words are hashed as they are."""
    shingles = list(map(" ".join, zip(tokens, tokens[1:], tokens[2:], strict=False))) or [" ".join(tokens)]
    minhash = RMinHash(num_perm=BANDS * ROWS, seed=_SEED)
    minhash.update(shingles)
    return array("I", minhash.digest()).tobytes()


def bands(of: bytes) -> list[str]:
    """Return the 21 band keys of a signature: texts with a key in common are candidates."""
    digits = of.hex()
    return [name + digits[start : start + _BAND_DIGITS] for name, start in _BAND_PLACES]


def similarity(one: bytes, other: bytes) -> float:
    """Estimate the Jaccard similarity of two texts' shingles, 0 to 1, from their signatures."""
    equal: int = sum(map(eq, memoryview(one).cast("I"), memoryview(other).cast("I")))
    return equal / (BANDS * ROWS)
