from __future__ import annotations

import io
import re
import sys
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from agents.enrich.step import Enricher
from agents.watches import load_watches
from bosphorus.marking import marks_of, stretches
from bosphorus.marking_html import page
from bosphorus.marking_terminal import show
from schemas.ids import stable_id
from schemas.records import EnrichedEvent, Field, NewsEvent, Status

HOSTILE = "Russia denies \x1b[31mmeddling\x1b[0m in Turkey's <script>alert(1)</script> election \u202eevil"


def _enriched(title: str, body: str = "") -> EnrichedEvent:
    at = datetime(2023, 5, 12, tzinfo=UTC)
    event = NewsEvent(
        stable_id("event", title), None, 1, Status.USABLE, "", None, title, body, None, "example.org", "en", at, at, ()
    )
    return Enricher(load_watches(None))(event)


def test_the_pieces_are_the_text_and_each_mark_its_words() -> None:
    event = _enriched("", "Russia denies meddling in Turkey's election. France accuses Russia of hacking.")
    marks = marks_of(event)

    cut = list(stretches(event.body, Field.BODY, marks))

    assert "".join(piece.text for stretch in cut for piece in stretch.pieces) == event.body
    assert all(piece.text == piece.mark.text for stretch in cut for piece in stretch.pieces if piece.mark)
    acts = ["".join(piece.text for piece in stretch.pieces) for stretch in cut if stretch.act]
    assert acts == ["denies meddling in Turkey's election", "accuses Russia of hacking"]
    assert {mark.kind for mark in marks} == {"actor", "country", "interaction", "theme"}


def test_a_hostile_article_commands_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    show(_enriched(HOSTILE))

    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "\\x1b" in out


def test_in_a_pipe_the_findings_stand_in_brackets_with_rule_and_confidence(capsys: pytest.CaptureFixture[str]) -> None:
    show(_enriched("Russia denies meddling in Turkey's election"))

    out = capsys.readouterr().out
    assert (
        "[Russia|RUS] [denies [meddling in|election_interference] [Turkey|TUR]'s [election|election_interference]|DENY]"
        in out
    )
    assert "DENY 016 (denied)" in out
    assert re.search(r"0\.\d\d", out)


def test_a_page_loads_nothing_and_runs_nothing() -> None:
    text = "".join(page([_enriched(HOSTILE)]))

    assert "<script" not in text
    assert not re.search(r"(src|href|url)\s*[=(]", text)
    assert "\x1b" not in text
    HTMLParser().feed(text)


def test_a_page_of_no_articles_is_still_a_page() -> None:
    assert "".join(page([])).endswith("</html>\n")


def test_what_several_terms_find_alike_is_listed_once() -> None:
    marks = marks_of(_enriched("Kremlin denies meddling in Turkey's vote"))
    assert len(marks) == len(set(marks))


def test_the_article_is_named_as_why_asks_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    event = _enriched("Good year for monk seals")
    show(event)
    assert f"article: {event.event_id} (example.org, 2023-05-12 00:00 UTC, en)" in capsys.readouterr().out


def test_a_reader_that_has_seen_enough_is_left_to_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Gone())
    with pytest.raises(BrokenPipeError):
        show(_enriched("Good year for monk seals"))


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_where_no_colours_are_wanted_a_terminal_gets_the_brackets(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def shown() -> str:
        terminal = Terminal()
        monkeypatch.setattr(sys, "stdout", terminal)
        show(_enriched("Russia denies meddling"))
        return terminal.getvalue()

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "[Russia|RUS]" not in shown()
    monkeypatch.setenv(name, value)
    assert "[Russia|RUS]" in shown()
