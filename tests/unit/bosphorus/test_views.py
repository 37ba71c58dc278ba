import enum
import io
import re
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from rich.console import Console, RenderableType

from bosphorus.views import alert_view, dead_letter_view, enriched_view
from schemas.records import Alert, DeadLetter, EnrichedEvent
from tests.unit.schemas.strategies import record

HOSTILE = "\x1b[2J\x9b\u202e[red]x[/red]\n\x07"
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
"""What rich itself writes on a terminal: select graphic rendition."""


def poisoned(thing: Any) -> Any:
    """The record with something hostile in every text."""
    if isinstance(thing, enum.Enum):
        return thing
    if isinstance(thing, str):
        return thing + HOSTILE
    if isinstance(thing, bytes):
        return thing + HOSTILE.encode()
    if isinstance(thing, tuple):
        return tuple(poisoned(part) for part in thing)
    if isinstance(thing, msgspec.Struct):
        return type(thing)(**{name: poisoned(getattr(thing, name)) for name in thing.__struct_fields__})
    return thing


def printed(view: RenderableType) -> str:
    out = io.StringIO()
    Console(file=out, force_terminal=True, width=400).print(view)
    return out.getvalue()


def is_harmless(text: str) -> bool:
    return not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", COLOURS.sub("", text))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(record(Alert))
def test_an_alert_with_hostile_text_anywhere_obeys_nobody(alert: Alert) -> None:
    assert is_harmless(printed(alert_view(poisoned(alert))))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(record(EnrichedEvent))
def test_an_event_with_hostile_text_anywhere_obeys_nobody(event: EnrichedEvent) -> None:
    assert is_harmless(printed(enriched_view(poisoned(event))))


@settings(max_examples=30, deadline=None)
@given(record(DeadLetter))
def test_a_dead_letter_with_hostile_text_anywhere_obeys_nobody(letter: DeadLetter) -> None:
    assert is_harmless(printed(dead_letter_view(poisoned(letter), ", open")))


@pytest.fixture
def letter() -> DeadLetter:
    at = datetime(2023, 5, 12, 9, 30, tzinfo=UTC)
    return DeadLetter("normalise", "not_json", "line 1: [red]cut[/red] short", "news.raw", 1, 7, at, 2, None, b"\xff{")


def test_a_dead_letter_says_what_where_why_and_how_its_bytes_begin(letter: DeadLetter) -> None:
    text = COLOURS.sub("", printed(dead_letter_view(letter)))
    for part in ("2023-05-12 09:30:00", "normalise: not_json", "news.raw partition 1 offset 7", "attempt 2", r"\xff{"):
        assert part in text


def test_markup_of_others_is_text(letter: DeadLetter) -> None:
    assert "[red]cut[/red] short" in COLOURS.sub("", printed(dead_letter_view(letter)))
