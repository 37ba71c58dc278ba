from __future__ import annotations

import pytest

from agents.enrich.interference.lexicon import GROUPS, LANGUAGES, read_cues, read_theme
from agents.enrich.interference.terms import TermIndex
from agents.enrich.reading.text import Part
from agents.themes import THEMES
from schemas.records import ClaimStatus, Field
from tests.unit.agents.enrich.coded import code


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_has_terms_in_every_language_each_with_date_and_source(theme: str) -> None:
    rows = read_theme(theme)

    assert {row["language"] for row in rows} == set(LANGUAGES)
    assert all(row["date"] and row["source"] for row in rows)


def test_every_cue_group_has_rows() -> None:
    assert {row["group"] for row in read_cues()} <= GROUPS


def test_a_deep_fake_in_an_election_has_its_disarm_technique_as_alleged() -> None:
    themes = {theme.theme: theme for theme in code("Candidate blames Russia for deepfakes before the election").themes}

    assert themes["deep_fake"].disarm == ("T0087.001",)
    assert themes["deep_fake"].status is ClaimStatus.ALLEGED


def test_words_that_two_rows_find_are_shown_once() -> None:
    for theme in code("US charges four Americans over work for Russian influence campaign").themes:
        assert len(set(theme.spans)) == len(theme.spans)


def test_a_theme_that_is_only_denied_is_denied() -> None:
    [theme, *_] = code("Kremlin denies election meddling").themes

    assert theme.status is ClaimStatus.DENIED


@pytest.mark.parametrize(
    "title",
    [
        "Referee blamed for interference in cup final",
        "Wi-Fi signal interference grounds drones",
        "New thriller follows a spy in Berlin",
    ],
)
def test_the_same_words_in_another_world_are_no_theme(title: str) -> None:
    assert code(title).themes == ()


def test_a_star_stands_for_any_ending() -> None:
    index = TermIndex([("deep fake*", 1), ("seçim*", 2)])

    assert [hit.what for hit in index.find_all(Part(Field.BODY, "deep fakes seçimlere"))] == [1, 2]


def test_a_stem_of_two_letters_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        TermIndex([("ab*", 1)])
