"""Russian cases and Turkish suffixes."""

from __future__ import annotations

import pytest

from agents.enrich.countries.inflection import adjective_forms, decline, turkish_forms


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Россия", {"Россия", "России", "Россию", "Россией"}),
        ("Иран", {"Иран", "Ирана", "Ирану", "Ираном", "Иране"}),
        ("Северная Корея", {"Северной Кореи", "Северной Корее", "Северную Корею", "Северной Кореей"}),
        ("Соединенные Штаты", {"Соединенных Штатов", "Соединенным Штатам", "Соединенных Штатах"}),
        ("министр обороны", {"министра обороны", "министром обороны"}),
        ("Босния и Герцеговина", {"Боснии и Герцеговины", "Боснию и Герцеговину"}),
    ],
)
def test_russian_names_decline(name: str, expected: set[str]) -> None:
    assert expected <= decline(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Владимир Путин", {"Владимира Путина", "Владимиром Путиным", "Владимиру Путину"}),
        ("Мария Захарова", {"Марии Захаровой", "Марию Захарову"}),
        ("Владимир Зеленский", {"Владимира Зеленского", "Владимиру Зеленскому"}),
        ("Кылычдароглу", {"Кылычдароглу"}),
    ],
)
def test_every_part_of_a_russian_name_declines(name: str, expected: set[str]) -> None:
    assert expected <= decline(name, person=True)


def test_adjectives_agree() -> None:
    assert {"российский", "российского", "российской", "российскими"} <= adjective_forms("российский")


def test_turkish_suffixes_follow_the_vowels() -> None:
    assert {"Rusyanın", "Rusyaya", "Rusyadan"} <= turkish_forms("Rusya")
    assert {"Türkler", "Türklerin"} <= turkish_forms("Türk", plural=True)
    assert "Rusyenin" not in turkish_forms("Rusya")
