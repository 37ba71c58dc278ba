"""Every row of the register, and offices at their dates."""

from __future__ import annotations

from datetime import date

import pytest

from agents.enrich.actors.codes import ActorCode
from agents.enrich.actors.register import ActorRow, Entry, alias_index, entries
from agents.enrich.countries.gazetteer import alpha2_by_alpha3

NEIGHBOURHOOD = set(
    "RUS TUR UKR GEO ARM AZE BLR MDA KAZ UZB TKM KGZ TJK GRC CYP BGR ROU SYR IRQ IRN ISR PSE LBN SRB XKX BIH HRV MKD MNE ALB".split()  # noqa: SIM905
)
DAY = date(2023, 5, 12)


@pytest.mark.parametrize("id_", sorted(entries()))
def test_a_row_is_dated_sourced_coded_and_found(id_: str) -> None:
    entry, row = entries()[id_]
    assert date.fromisoformat(row.checked)
    assert row.source
    assert row.kind in {"person", "institution", "party", "media", "company", "group", "organisation"}
    assert entry.country is None or entry.country in alpha2_by_alpha3()
    for role in entry.roles:
        assert ActorCode(role.code) == role.code
        assert role.since <= role.until
    names = [name.rstrip("*^") for name in (row.name, *row.aliases)]
    assert len(set(names)) == len(names), "an alias stands twice"
    assert all(len(name) > 1 for name in names)


def test_the_register_is_sorted() -> None:
    assert list(entries()) == sorted(entries())


def test_the_register_is_deep_for_the_neighbourhood_in_three_scripts() -> None:
    deep = [row for _, row in entries().values() if row.country in NEIGHBOURHOOD]
    assert len(deep) >= 600
    assert sum(any("а" <= letter <= "я" for alias in row.aliases for letter in alias) for row in deep) > 0.7 * len(deep)


def at(id_: str, day: date) -> tuple[str, tuple[str, ...]]:
    return entries()[id_][0].at(day)


@pytest.mark.parametrize(
    ("id_", "day", "code", "label"),
    [
        ("mevlut-cavusoglu", date(2023, 5, 12), "TURGOV", "foreign minister"),
        ("hakan-fidan", date(2023, 5, 12), "TURSPY", "head of the MİT"),
        ("hakan-fidan", date(2023, 6, 10), "TURGOV", "foreign minister"),
        ("hulusi-akar", date(2023, 5, 12), "TURGOV", "defence minister"),
        ("yasar-guler", date(2023, 6, 10), "TURGOV", "defence minister"),
        ("sergei-shoigu", date(2023, 5, 12), "RUSGOV", "defence minister"),
        ("andrei-belousov", date(2024, 6, 1), "RUSGOV", "defence minister"),
        ("sergei-shoigu", date(2024, 6, 1), "RUSGOV", "secretary of the Security Council"),
        ("kemal-kilicdaroglu", date(2023, 5, 12), "TUROPP", "leader of the CHP"),
        ("ozgur-ozel", date(2023, 12, 1), "TUROPP", "leader of the CHP"),
        ("vladimir-putin", date(2000, 1, 1), "RUSGOV", "president"),
        ("recep-tayyip-erdogan", date(2010, 1, 1), "TURGOV", "prime minister"),
    ],
)
def test_roles_hold_at_the_date_of_the_event(id_: str, day: date, code: str, label: str) -> None:
    assert at(id_, day)[0] == code
    assert label in at(id_, day)[1]


def test_who_is_out_of_office_is_of_the_elites() -> None:
    assert at("carlos-menem", DAY) == ("ARGELI", ())


def test_who_has_not_held_office_yet_is_only_of_his_country() -> None:
    assert at("mark-rutte", date(2000, 1, 1)) == ("NLD", ())


def test_every_name_is_in_the_index() -> None:
    known: set[str] = {alias.entry.id for _, aliases in alias_index().items() for alias in aliases}
    assert known == set(entries())


def test_types_of_the_index() -> None:
    entry, row = entries()["nato"]
    assert isinstance(entry, Entry)
    assert isinstance(row, ActorRow)
    assert entry.at(DAY) == ("IGOWSTNAT", ())
