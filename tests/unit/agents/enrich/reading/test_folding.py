"""Folding throws away case and accents and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.enrich.reading.folding import fold


@given(st.text())
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_turkish_letters_fold_to_plain_ones() -> None:
    assert fold("KILIÇDAROĞLU İnce Şoygu Özgür") == "kilicdaroglu ince soygu ozgur"


def test_russian_yo_folds_but_short_i_stays() -> None:
    assert fold("Ёлка Зелёный край") == "елка зеленый край"
