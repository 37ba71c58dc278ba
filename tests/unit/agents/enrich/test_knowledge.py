"""The knowledge files about places, roles and words: columns, codes, dates, order."""

from __future__ import annotations

from datetime import date

import pytest

from agents.enrich.actors.register import entries
from agents.enrich.actors.roles import RoleRow, roles_in
from agents.enrich.actors.seats import SeatRow
from agents.enrich.countries.evidence import ClueRow
from agents.enrich.countries.finding import AbbreviationRow, AmbiguousRow
from agents.enrich.countries.gazetteer import KINDS, CountryRow, alpha2_by_alpha3
from agents.enrich.countries.outlet_homes import HomeRow
from agents.enrich.reading.tables import read_table, words
from schemas.errors import KnowledgeError

_LANGUAGES = frozenset(["ar", "az", "el", "en", "fa", "he", "hy", "ja", "ka", "ko", "ru", "th", "tr", "uk", "zh"])


def test_every_place_has_a_code_a_kind_a_case_a_date_and_a_source() -> None:
    rows = read_table("countries.tsv", CountryRow)
    for row in rows:
        assert row.code in alpha2_by_alpha3(), row
        assert row.kind in KINDS, row
        assert row.case in {"title", "upper", "any"}, row
        assert row.language in _LANGUAGES, row
        assert date.fromisoformat(row.checked)
        assert row.source
    keys = [(row.code, row.language, row.kind, row.form, row.case) for row in rows]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_every_seat_is_of_an_organisation_of_the_register() -> None:
    for row in read_table("seats.tsv", SeatRow):
        assert row.code in alpha2_by_alpha3(), row
        assert row.organisation in entries(), row
        assert list(row.not_with) == sorted(set(row.not_with)), row
        assert date.fromisoformat(row.checked)
        assert row.source


def test_every_ambiguous_form_decides_something() -> None:
    for row in read_table("ambiguous_places.tsv", AmbiguousRow):
        assert row.code in alpha2_by_alpha3(), row
        assert not row.other or row.other in alpha2_by_alpha3(), row
        assert row.not_beside or row.other_words or row.own_words, row
        assert row.note, row
        assert date.fromisoformat(row.checked)


def test_every_role_has_a_group_and_a_kind() -> None:
    for row in read_table("roles.tsv", RoleRow):
        assert row.kind in {"person", "body", "people", "head"}, row
        assert len(row.code) == 3, row
        assert date.fromisoformat(row.checked)
        assert row.source


def test_every_state_abbreviation_is_of_a_country() -> None:
    assert {row.code for row in read_table("state_abbreviations.tsv", AbbreviationRow)} == {"USA", "CAN"}


def test_every_outlet_is_at_home_in_one_country() -> None:
    rows = read_table("outlet_homes.tsv", HomeRow)
    domains = [domain for row in rows for domain in row.domains]
    assert len(set(domains)) == len(domains)
    assert all("." in domain and domain == domain.lower() for domain in domains)
    assert all(row.country in alpha2_by_alpha3() and row.place and row.source for row in rows)
    assert all(date.fromisoformat(row.checked) for row in rows)


def test_every_clue_tells_of_one_country() -> None:
    rows = read_table("clues.tsv", ClueRow)
    clues = [clue for row in rows for clue in row.words]
    assert len(set(clues)) == len(clues)
    assert all(row.country in alpha2_by_alpha3() and row.note for row in rows)
    assert all(date.fromisoformat(row.checked) for row in rows)


@pytest.mark.parametrize("language", ["en", "tr", "ru", "de", "und"])
def test_there_are_roles_for_every_language(language: str) -> None:
    assert roles_in(language) is roles_in(language)


def test_word_lists_are_folded() -> None:
    assert all(word == word.lower() for word in words("modifier"))


def test_a_table_without_the_columns_is_refused() -> None:
    with pytest.raises(KnowledgeError, match=r"roles\.tsv, line 2"):
        read_table("roles.tsv", AmbiguousRow)
