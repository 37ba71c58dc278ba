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
