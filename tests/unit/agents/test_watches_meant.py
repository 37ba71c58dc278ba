"""What was probably meant: a state by any of its usual names and codes, a word by one like it, and nothing rather than a guess."""

from __future__ import annotations

import pytest

from agents.watches import MOST_PROBLEMS, MOST_WATCHES, parse_watches
from agents.watches_meant import state_meant, word_meant
from schemas.errors import WatchConfigError


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


def test_of_a_hundred_wrong_codes_half_are_told_and_the_others_counted() -> None:
    codes = "".join(f"    - {{source: Q{n:02}, target: TUR}}\n" for n in range(100))
    text = f"watches:\n- id: a\n  themes: [deep_fake]\n  dyads:\n{codes}"
    with pytest.raises(WatchConfigError) as error:
        parse_watches(text, "w.yaml")
    lines = str(error.value).splitlines()
    assert len(lines) == MOST_PROBLEMS + 1
    assert lines[-1] == f"w.yaml: {100 - MOST_PROBLEMS} more; mend these first"


def test_thousands_of_watches_are_refused_before_anything_is_made_of_them() -> None:
    text = "watches:\n" + "- id: a\n" * (MOST_WATCHES + 1)
    with pytest.raises(WatchConfigError, match=r"w\.yaml: 1,001 watches are more than the 1,000 that may be"):
        parse_watches(text, "w.yaml")
