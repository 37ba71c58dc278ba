"""Cut off anywhere, sent again from anywhere: a group of changes counts whole or not at all."""

from __future__ import annotations

import random

from streams.producer import Output
from streams.whole_writes import WHOLE_BYTES, stages, unfinished


def _group(changes: dict[bytes, bytes | None]) -> list[Output]:
    return [Output(topic="changelog", key=key, value=value, partition=2) for key, value in changes.items()]


def _write(state: dict[bytes, bytes], outputs: list[Output]) -> None:
    """As a changelog is read back."""
    for output in outputs:
        assert output.key is not None
        assert output.partition == 2
        if output.value is None:
            state.pop(output.key, None)
        else:
            state[output.key] = output.value


def _recovered(state: dict[bytes, bytes]) -> dict[bytes, bytes]:
    found = dict(state)
    for key, value in unfinished(found.get, 2):
        if value is None:
            found.pop(key, None)
        else:
            found[key] = value
    return {key: value for key, value in found.items() if not key.startswith(b"\x00")}


BEFORE = {b"key/%d" % n: b"old" for n in range(30)}
CHANGES: dict[bytes, bytes | None] = {
    b"key/%d" % n: None if n % 7 == 0 else b"%d" % n * 40_000 for n in range(0, 40, 2)
}
AFTER = {k: v for k, v in {**BEFORE, **CHANGES}.items() if v is not None}


def test_a_small_group_is_one_stage_and_so_one_record_batch() -> None:
    group = _group({b"a": b"1", b"b": None})
    assert stages(group) == [group]
    assert stages([]) == []


def test_a_large_group_cut_off_at_any_record_is_there_whole_or_not_at_all() -> None:
    group = _group(CHANGES)
    assert sum(len(output.value or b"") for output in group) > WHOLE_BYTES
    every = stages(group)
    for number, stage in enumerate(every):
        for cut in range(len(stage) + 1):
            state = dict(BEFORE)
            for done in every[:number]:
                _write(state, done)
            _write(state, stage[:cut])
            there = number > 1 or (number == 1 and cut == 1)
            assert _recovered(state) == (AFTER if there else BEFORE)


def test_stages_may_be_sent_again_and_again() -> None:
    chance = random.Random(5)
    state = dict(BEFORE)
    for stage in stages(_group(CHANGES)):
        for _ in range(3):
            _write(state, stage[: chance.randrange(len(stage) + 1)])
        _write(state, stage)
    assert _recovered(state) == AFTER
    assert not any(key.startswith(b"\x00") for key in state)


def test_a_journal_larger_than_one_value_is_split() -> None:
    written, head, made, dropped = stages(_group(CHANGES))
    assert len(written) > 1
    assert all(len(output.value or b"") < WHOLE_BYTES for output in written)
    assert len(head) == 1
    assert len(made) == len(CHANGES)
    assert dropped[0].key == head[0].key
