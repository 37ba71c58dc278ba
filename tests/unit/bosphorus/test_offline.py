from __future__ import annotations

import gzip
import io
import json
import lzma
import sys
from collections import Counter
from pathlib import Path

import pytest

from bosphorus import offline
from bosphorus.settings import load_settings
from schemas.errors import BosphorusError, MalformedError
from schemas.records import NewsEvent

LINES = [json.dumps({"id": str(i), "title": f"title {i}", "language": "en"}) for i in range(5)]
BAD = {
    "truncated_json": '{"title": "Kremlin den',
    "wrong_type": '{"title": 12}',
    "no_text": '{"id": "x", "title": "", "body": ""}',
    "not_json": "\x00\x01",
    "not_an_object": "[1]x"[:3] + " ",
    "too_large": json.dumps({"body": "b" * 5_000_000}),
}


def events_of(source: Path, *, strict: bool = False, rejects: Path | None = None) -> list[NewsEvent]:
    with offline.articles(str(source), load_settings(), strict=strict, rejects=rejects) as events:
        return list(events)


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    path = tmp_path / "mixed.ndjson"
    path.write_text("\n".join([LINES[0], *BAD.values(), LINES[1]]) + "\n", encoding="utf-8")
    return path


def test_articles_come_in_order_from_plain_and_packed_files(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson.gz"
    path.write_bytes(gzip.compress("\n".join(LINES).encode()))
    assert [event.external_id for event in events_of(path)] == ["0", "1", "2", "3", "4"]


def test_the_same_line_twice_comes_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text(f"{LINES[0]}\n{LINES[0]}\n", encoding="utf-8")
    first, second = events_of(path)
    assert first == second


def test_every_bad_line_is_named_with_its_number_and_reason_and_the_rest_goes_on(
    mixed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [event.external_id for event in events_of(mixed)] == ["0", "1"]
    said = capsys.readouterr()
    assert not said.out
    for number, reason in enumerate(BAD, 2):
        assert f"{mixed}:{number}: {reason}: " in said.err
    assert f"{mixed}: 6 rejected" in said.err


def test_rejects_hold_the_bad_lines_as_they_were(mixed: Path, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects"
    events_of(mixed, rejects=rejects)
    assert rejects.read_text(encoding="utf-8") == "\n".join(BAD.values()) + "\n"


def test_strict_uses_everything_it_can_and_fails_at_the_end(mixed: Path) -> None:
    seen = []
    with (
        pytest.raises(BosphorusError, match="6 rejected"),
        offline.articles(str(mixed), load_settings(), strict=True) as events,
    ):
        seen = list(events)
    assert len(seen) == 2


def test_strict_is_content_with_good_input(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text("\n".join(LINES), encoding="utf-8")
    assert len(events_of(path, strict=True)) == 5


def test_a_gzip_cut_in_half_gives_what_it_holds_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.ndjson.gz"
    packed = gzip.compress("\n".join(LINES * 2_000).encode())
    path.write_bytes(packed[: len(packed) // 2])
    assert 100 < len(events_of(path)) < 10_000
    assert "gzip_truncated" in capsys.readouterr().err


def test_what_another_program_packed_is_named(tmp_path: Path) -> None:
    path = tmp_path / "news.ndjson.xz"
    path.write_bytes(lzma.compress(LINES[0].encode()))
    with pytest.raises(BosphorusError, match=r"news\.ndjson\.xz: packed with xz"):
        events_of(path)


def test_rejects_that_cannot_be_written_are_a_clear_error(mixed: Path, tmp_path: Path) -> None:
    with pytest.raises(BosphorusError, match="can't write"):
        events_of(mixed, rejects=tmp_path / "no" / "such" / "place")


def test_any_kind_of_line_can_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def number(raw: bytes) -> int:
        try:
            return int(raw)
        except ValueError as error:
            raise MalformedError("no_number", f"{raw!r} is no number") from error

    path = tmp_path / "numbers"
    path.write_text("1\nx\n3\n", encoding="utf-8")
    with offline.records(str(path), number) as numbers:
        assert list(numbers) == [1, 3]
    assert f"{path}:2: no_number: b'x' is no number" in capsys.readouterr().err


def test_what_has_no_place_in_event_time_can_be_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text('{"title": "a"}\n{"title": "b", "received_at": "2023-05-12T20:00:00Z"}\n', encoding="utf-8")
    with offline.articles(str(path), load_settings()) as events:
        assert [event.title for event in offline.dated(events)] == ["b"]
    assert "1 without published_at and received_at" in capsys.readouterr().err


def test_what_is_left_out_is_counted_by_reason(mixed: Path) -> None:
    left_out: Counter[str] = Counter()
    with offline.articles(str(mixed), load_settings(), left_out=left_out) as events:
        assert list(offline.dated(events, left_out)) == []
    assert left_out == {**dict.fromkeys(BAD, 1), "date_unknown": 2}


def dates_of(path: Path, days: list[int]) -> list[NewsEvent]:
    lines = (
        {"id": f"a{i}", "title": "A title", "published_at": f"2023-05-{day:02}T12:00Z"} for i, day in enumerate(days)
    )
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    with offline.articles(str(path), load_settings()) as events:
        return list(offline.ordered(events, 6 * 3600.0))


def test_one_date_far_ahead_is_named_with_how_many_it_makes_late(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    days = [*range(1, 10), 30, *range(10, 25)]
    assert [event.published_at.day for event in dates_of(tmp_path / "in.ndjson", days)] == days
    assert "15 articles in a row come after a9 (" in capsys.readouterr().err


def test_a_few_that_are_late_are_no_reason_to_doubt_a_date(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dates_of(tmp_path / "in.ndjson", [3, 1, 2, 4, 3, 3, 5, 6, 7, 6])
    assert not capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "typed", "said"), [("-", True, True), ("-", False, False), ("a.ndjson", True, False)]
)
def test_whoever_is_at_the_keyboard_is_told_that_it_waits(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], source: str, typed: bool, said: bool
) -> None:
    class Keyboard(io.StringIO):
        def isatty(self) -> bool:
            return typed

    monkeypatch.setattr(sys, "stdin", Keyboard())
    offline.say_if_typed(source)
    assert ("Ctrl-D" in capsys.readouterr().err) == said
