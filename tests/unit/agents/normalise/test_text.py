from __future__ import annotations

import time

import pytest

from agents.normalise.text import clean_line, clean_text


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("e\u0301te\u0301", "été"),
        ("I\u0307stanbul", "İstanbul"),
        ("a\u00a0\u2003b\t c", "a b c"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("one \n\n\n\n two", "one\n\ntwo"),
        ("co\u00adop\u200berate\ufeff", "cooperate"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("abc\u202egpj.exe", "abcgpj.exe"),
        ("3 < 5 & AT&T, R&D, a<5", "3 < 5 & AT&T, R&D, a<5"),
        ("&lt;b&gt;bold&lt;/b&gt; &quot;x&quot;", 'bold "x"'),
        ("<p>one</p><ul><li>two<li>three</ul>", "one\n\ntwo\nthree"),
        ("<style>p{}</style>text<!-- hidden --><script>x()</script>", "text"),
        ("plain\n\nwith <em>one</em> tag", "plain\n\nwith one tag"),
        ("<![CDATA[<b>inside</b>]]>", "inside"),
        ("<img src=x onerror=alert(1)>after", "after"),
        ("<a href='x\"", ""),
        ("\x1b[1;31mred\x1b[0m\x9b2J \x1b]8;;http://x\x1b\\link\x1b]8;;\x07", "red link"),
    ],
)
def test_text_comes_out_as_people_read_it(dirty: str, clean: str) -> None:
    assert clean_text(dirty, set()) == clean
    assert clean_text(clean, set()) == clean


def test_a_line_has_no_breaks() -> None:
    assert clean_line("a\nb<br>c", set()) == "a b c"


def test_markup_escaped_many_times_over_leaves_none() -> None:
    text = "<script>alert(1)</script>"
    for _ in range(20):
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    cleaned = clean_text(text, set())
    assert "<" not in cleaned
    assert clean_text(cleaned, set()) == cleaned


@pytest.mark.parametrize(
    "unit",
    [
        "<div>",
        "<p><font>",
        "<b><i>",
        "<a ",
        "<!--",
        "<script>",
        "<table><tr><td>",
        "&amp;",
        "&",
        "<",
        "\x1b]",
        "\n ",
        "]]>",
    ],
)
def test_hostile_markup_is_done_with_in_linear_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit)) + "end"
    start = time.process_time()
    clean_text(text, set())
    assert time.process_time() - start < 3.0
