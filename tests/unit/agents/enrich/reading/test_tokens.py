"""Folded words and where they stand, cut in any of three ways."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.enrich.reading.folding import fold
from agents.enrich.reading.tokens import fold_and_cut, recut


@given(st.text(min_size=1, max_size=60))
def test_words_are_those_of_the_regular_expression(text: str) -> None:
    long = f"{text} Rusya'nın U.S. 14_mayıs " * 20
    for sample in (text, long, long.encode("ascii", "replace").decode()):
        folded, (words, starts, ends), small = fold_and_cut(sample)
        assert folded == fold(sample)
        assert [(match.group(), match.start(), match.end()) for match in re.finditer(r"\w+", folded)] == list(
            zip(words, starts, ends, strict=True)
        )
        assert small == [sample[start].islower() for start in starts]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " " * 500,
        "a" * 500,
        "Привет, 世界 ๑ " * 60,
        "no 😀 letter " * 60,
        "\ud800 x " * 200,
        "\ud83d\ude00 x " * 200,
    ],
)
def test_odd_texts_are_cut_alike(text: str) -> None:
    folded, (words, starts, ends), small = fold_and_cut(text)
    assert folded == fold(text)
    assert len(folded) == len(text)
    assert words == re.findall(r"\w+", folded)
    assert [folded[start:end] for start, end in zip(starts, ends, strict=True)] == words
    assert len(small) == len(words)


@given(st.text(alphabet="ab ,é", max_size=30), st.sets(st.integers(0, 30)))
def test_cutting_words_loses_nothing(text: str, cuts: set[int]) -> None:
    folded, whole, _ = fold_and_cut(text)
    words, starts, ends = recut(folded, whole, sorted(cuts))
    assert "".join(words) == "".join(re.findall(r"\w+", folded))
    assert [folded[start:end] for start, end in zip(starts, ends, strict=True)] == words
    inside = {cut for cut in cuts for start, end in zip(*whole[1:], strict=True) if start < cut < end}
    assert inside <= set(starts)
