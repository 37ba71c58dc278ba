"""Keys go where Kafka's Java client would put them."""

from __future__ import annotations

import pytest

from streams.partitioning import partition_of


@pytest.mark.parametrize(
    ("key", "hashed"),
    [
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
    ],
)
def test_it_agrees_with_the_vectors_of_kafkas_own_test(key: bytes, hashed: int) -> None:
    # UtilsTest.testMurmur2 in org.apache.kafka.common.utils
    assert partition_of(key, 7) == (hashed & 0x7FFFFFFF) % 7
