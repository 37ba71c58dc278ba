"""Finding phrases by their first word."""

from __future__ import annotations

from agents.enrich.reading.matching import PhraseIndex
from agents.enrich.reading.text import Part
from schemas.records import Field

INDEX = PhraseIndex([("South Sudan", "SSD"), ("Sudan", "SDN"), ("Côte d'Ivoire", "CIV"), ("US", "USA")])


def found(text: str) -> list[str]:
    return [hit.what for hit in INDEX.find(Part(Field.BODY, text))]


def test_the_longest_phrase_wins() -> None:
    assert found("South Sudan and Sudan") == ["SSD", "SDN"]


def test_case_accents_and_white_space_do_not_matter() -> None:
    assert found("COTE  D’IVOIRE") == ["CIV"]


def test_a_phrase_is_not_found_inside_a_word() -> None:
    assert found("Sudanese business") == []


def test_a_phrase_cut_off_by_the_end_is_not_found() -> None:
    assert found("South") == []


def test_names_are_only_looked_for_where_they_are_written_as_names() -> None:
    part = Part(Field.BODY, "between us and the US")
    assert [hit.first for hit in INDEX.find_names(part)] == [4]


WITH_ARTICLES = PhraseIndex(
    [("The Hague", "town"), ("The Hague Tribunal", "court"), ("Hague", "surname"), ("Hague Convention", "treaty"), ("Times", "times"),
     ("The New York Times", "paper"), ("New York", "city")]
)  # fmt: skip


def with_articles(text: str) -> list[tuple[int, int, str]]:
    return [(hit.first, hit.last, hit.what) for hit in WITH_ARTICLES.find(Part(Field.BODY, text))]


def test_a_phrase_that_begins_with_an_article_goes_before_what_begins_behind_it() -> None:
    assert with_articles("in the Hague Tribunal") == [(1, 4, "court")]
    assert with_articles("in the Hague Convention") == [(1, 3, "town")]
    assert with_articles("William Hague and the Hague") == [(1, 2, "surname"), (3, 5, "town")]
    assert with_articles("Hague the new York times, the new York post") == [
        (0, 1, "surname"),
        (1, 5, "paper"),
        (6, 8, "city"),
    ]


def test_every_phrase_that_begins_with_an_article_is_found_where_all_are_asked_for() -> None:
    part = Part(Field.BODY, "the Hague Tribunal")
    assert [hit.what for hit in WITH_ARTICLES.find_all(part)] == ["court", "town", "surname"]


def test_a_name_that_begins_with_an_article_has_it_written_large() -> None:
    part = Part(Field.BODY, "The Hague and the Hague")
    assert [(hit.first, hit.what) for hit in WITH_ARTICLES.find_names(part)] == [(0, "town"), (4, "surname")]


def test_an_article_starts_the_phrases_that_begin_with_it() -> None:
    assert WITH_ARTICLES.starts_with("the")
    assert WITH_ARTICLES.starts_with("hague")
    assert not WITH_ARTICLES.starts_with("york")
    assert (("the", "hague", "tribunal"), "court") in list(WITH_ARTICLES.items())
    assert len(list(WITH_ARTICLES.items())) == 7
