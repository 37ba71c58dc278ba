"""A group of changelog records that counts whole or not at all, wherever a crash cuts it off.

Kafka takes one record batch of a partition whole, or not. What fits into one is sent as it is. What doesn't is first written to a
journal (some values, then a head that says how many), then made, then the journal's head is dropped. Each stage is acknowledged before the
next is sent, so each may be sent again: whoever recovers and finds a head makes the changes again; without a head they never were.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from streams.producer import BATCH_BYTES, Output

HEAD = "head"
FRAMING_BYTES = 64
"""What a record's own framing may add to its key and value."""
WHOLE_BYTES = BATCH_BYTES - 4096
"""A group of this size certainly travels in one record batch."""
CHUNK_BYTES = 256 * 1024

Change = tuple[bytes, bytes | None]
"""Key, and value or None where it is deleted."""


def stages(outputs: Sequence[Output]) -> list[list[Output]]:
    """Return the stages of delivering changelog records, all of them of one partition, each key once."""
    if sum(_size(output) for output in outputs) <= WHOLE_BYTES:
        return [list(outputs)] if outputs else []
    chunks: list[list[Output]] = [[]]
    held = 0
    for output in outputs:
        held += _size(output)
        if held > CHUNK_BYTES and chunks[-1]:
            chunks.append([])
            held = _size(output)
        chunks[-1].append(output)
    place, partition = outputs[0], outputs[0].partition or 0
    encode = msgspec.msgpack.encode
    written = [
        msgspec.structs.replace(place, key=_key(partition, number), value=encode([(o.key, o.value) for o in chunk]))
        for number, chunk in enumerate(chunks)
    ]
    head = msgspec.structs.replace(place, key=_key(partition, HEAD), value=encode(len(chunks)))
    dropped = [msgspec.structs.replace(one, value=None) for one in (head, *written)]
    return [written, [head], list(outputs), dropped]


def unfinished(get: Callable[[bytes], bytes | None], partition: int) -> list[Change]:
    """Return the changes that a journal holds and that must be made again; none without a head.

    Args:
        get: reads a key of the recovered state.
        partition: whose journal.
    """
    head = get(_key(partition, HEAD))
    if head is None:
        return []
    count = msgspec.msgpack.decode(head, type=int)
    chunks = [get(_key(partition, number)) for number in range(count)]
    changes = [c for chunk in chunks if chunk for c in msgspec.msgpack.decode(chunk, type=list[Change])]
    return [*changes, *((_key(partition, name), None) for name in (HEAD, *range(count)))]


def _key(partition: int, name: int | str) -> bytes:
    return b"\x00journal/%d/%s" % (partition, str(name).encode())


def _size(output: Output) -> int:
    return len(output.key or b"") + len(output.value or b"") + FRAMING_BYTES
