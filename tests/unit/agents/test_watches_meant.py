"""What was probably meant: a state by any of its usual names and codes, a word by one like it, and nothing rather than a guess."""

from __future__ import annotations

import pytest

from agents.watches_meant import state_meant, word_meant


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Turkey", "TUR"),
        ("turkiye", "TUR"),
        ("TR", "TUR"),
        ("TRU", "TUR"),
        ("rus", "RUS"),
        ("Russia", "RUS"),
        ("GER", "DEU"),
        ("POR", "PRT"),
        ("UK", "GBR"),
        ("Kosovo", "XKX"),
        (" South Korea ", "KOR"),
    ],
)
def test_a_state_is_known_by_its_usual_names_and_codes(written: str, code: str) -> None:
    assert state_meant(written).endswith(f" is {code}")


@pytest.mark.parametrize("written", ["XXX", "", "A", "Absurdistan", "\x1b[31m"])
def test_where_there_is_no_idea_nothing_is_said(written: str) -> None:
    assert state_meant(written) == ""


def test_a_word_is_known_by_one_like_it() -> None:
    words = ("deep_fake", "espionage")
    assert word_meant("Deep-Fakes", words) == "; did you mean deep_fake?"
    assert word_meant("weather", words) == ""
