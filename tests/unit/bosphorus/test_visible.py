import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bosphorus.visible import shortened, visible


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[2J", r"\x1b[2J"),
        ("\x1b]0;owned\x07", r"\x1b]0;owned\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("a\nb\rc\td", r"a\nb\rc\td"),
        ("\x00\x08\x7f", r"\x00\x08\x7f"),
        ("abc\u202edcba", r"abc\u202edcba"),
        ("\u2066\u2069\u200f", r"\u2066\u2069\u200f"),
        ("\u2028\u2029", r"\u2028\u2029"),
        ("\U000e0041", r"\U000e0041"),
        ("\ud800", r"\ud800"),
        ("\ufeff", r"\ufeff"),
    ],
)
def test_what_could_command_a_terminal_is_written_out(hostile: str, shown: str) -> None:
    assert visible(hostile) == shown


@pytest.mark.parametrize("text", ["Kılıçdaroğlu — «выборы» 🗳️", "می\u200cخواهم", "👩\u200d💻", "no\u00a0break", ""])
def test_ordinary_text_of_any_language_is_left_alone(text: str) -> None:
    assert visible(text) == text


@given(st.text())
def test_nothing_hostile_is_ever_left(text: str) -> None:
    left = {unicodedata.category(c) for c in visible(text) if c not in "\u200c\u200d"}
    assert not left & {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_what_was_left_out_is_marked() -> None:
    assert shortened("abcdef", 4) == "abc…"
    assert shortened("abcd", 4) == "abcd"
