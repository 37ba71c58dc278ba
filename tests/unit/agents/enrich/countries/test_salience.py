"""The country an article is about comes first."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agents.enrich.actors.finding import find_actors
from agents.enrich.countries.finding import find_countries
from agents.enrich.countries.salience import fold_countries
from agents.enrich.reading.text import Document
from schemas.records import Country

WHEN = datetime(2023, 5, 12, tzinfo=UTC)


def countries(title: str, body: str) -> tuple[Country, ...]:
    doc = Document(title, body, "en")
    places = find_countries(doc)
    return fold_countries(places, find_actors(doc, WHEN, places))


def test_the_title_weighs_more_than_the_end() -> None:
    found = countries("Turkey votes", "x " * 400 + "France watches.")
    assert [country.code for country in found] == ["TUR", "FRA"]


def test_saliences_sum_to_one() -> None:
    found = countries("Turkey and Russia", "Ukraine, Georgia and Armenia were named by the Kremlin.")
    assert sum(country.salience for country in found) == pytest.approx(1, abs=0.001)


def test_somebody_in_office_expresses_the_state() -> None:
    assert [country.code for country in countries("", "Putin spoke.")] == ["RUS"]


def test_somebody_known_in_its_public_life_does_too() -> None:
    assert [country.code for country in countries("", "Navalny spoke.")] == ["RUS"]


def test_somebody_out_of_office_does_not() -> None:
    assert countries("", "Menem spoke.") == ()


def test_both_codes_are_given() -> None:
    (country,) = countries("", "Türkiye")
    assert (country.code, country.alpha2, country.mentions) == ("TUR", "TR", 1)


def test_the_town_where_a_report_was_filed_weighs_half() -> None:
    body = "WASHINGTON (Reuters) - Iran will talk."
    doc = Document("", body)
    places = find_countries(doc)
    assert [country.code for country in fold_countries(places)] == ["USA", "IRN"]
    assert [country.code for country in fold_countries(places, (), body)] == ["IRN", "USA"]
