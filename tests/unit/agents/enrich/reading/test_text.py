"""Words, sentences and their offsets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.enrich.reading.text import Document, Part
from schemas.records import Field


def sentences(text: str) -> list[str]:
    part = Part(Field.BODY, text)
    return [part.text[sentence.start : sentence.end].strip() for sentence in part.sentences]


@given(st.text())
def test_every_word_stands_at_its_offsets(text: str) -> None:
    part = Part(Field.BODY, text)
    assert [part.folded[start:end] for start, end in zip(part.starts, part.ends, strict=True)] == part.words


@given(st.text())
def test_sentences_cover_every_word_once(text: str) -> None:
    part = Part(Field.BODY, text)
    assert [word for sentence in part.sentences for word in range(sentence.first, sentence.last)] == list(
        range(len(part.words))
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He met Mr. Lavrov in the U.S. today. They spoke.", ["He met Mr. Lavrov in the U.S. today.", "They spoke."]),
        ("Gen. Gerasimov came. “No,” he said.", ["Gen. Gerasimov came.", "“No,” he said."]),
        ("14. yüzyılda oldu. Sonra bitti.", ["14. yüzyılda oldu.", "Sonra bitti."]),
        ("В 2023 г. в Анкаре. Потом в Москве.", ["В 2023 г. в Анкаре.", "Потом в Москве."]),
        ("First line\n\nSecond line", ["First line", "Second line"]),
        ("Is it so? Yes! It is.", ["Is it so?", "Yes!", "It is."]),
    ],
)
def test_abbreviations_do_not_end_a_sentence(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_an_apostrophe_ends_a_word() -> None:
    assert Part(Field.BODY, "Rusya'nın Turkey’s").words == ["rusya", "nin", "turkey", "s"]


def test_a_headline_in_title_case_is_seen_as_one() -> None:
    doc = Document("Russia Denies Meddling In Turkish Vote", "Russia has denied meddling in the Turkish vote.")
    assert doc.title.is_headline
    assert not doc.body.is_headline


def test_an_empty_field_has_no_words_and_no_sentences() -> None:
    doc = Document("", "")
    assert doc.title.words == []
    assert doc.body.sentences == []
    assert not doc.title.is_headline
