from __future__ import annotations

import csv
from importlib import resources

import pytest

from agents.normalise import languages
from agents.normalise.languages import detect_language, given_language


@pytest.mark.parametrize(
    ("tag", "code"),
    [("en", "en"), ("EN-us", "en"), ("tr_TR", "tr"), ("tur", "tr"), ("ger", "de"), ("Russian", "ru"), ("zh-Hant-TW", "zh"),
     ("xx", None), ("klingon", None), ("", None), ("-", None), ("e" * 10_000, None)],
)  # fmt: skip
def test_a_given_language_is_a_tag_a_code_or_a_name(tag: str, code: str | None) -> None:
    assert given_language(tag) == code


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Kremlin denies meddling in Turkish vote", "en"),
        ("NATO chief visits Ankara", "en"),
        ("Muharrem İnce adaylıktan çekildi", "tr"),
        ("CHP lideri konustu", "tr"),
        ("Курс лиры упал", "ru"),
        ("Турция отложила платежи за газ", "ru"),
        ("Вибори в Туреччині", "uk"),
        ("Türkei: Opposition wirft Russland Einmischung vor", "de"),
        ("La Turquie accuse la Russie d'ingérence", "fr"),
        ("Εκλογές στην Τουρκία", "el"),
        ("روسيا تنفي التدخل في الانتخابات التركية", "ar"),
    ],
)
def test_short_titles_are_told_apart(title: str, code: str) -> None:
    assert detect_language(title, "") == code


def test_the_body_helps_a_short_title() -> None:
    assert detect_language("Ankara", "Rusya suçlamaları reddetti, seçim pazar günü yapılacak.") == "tr"


@pytest.mark.parametrize("text", ["", "42", "!!!", "https://example.org/a @b #c"])
def test_a_text_without_words_is_undetermined(text: str) -> None:
    assert detect_language(text, "") == "und"


def test_every_language_that_can_be_detected_is_known_to_the_model() -> None:
    text = resources.files("agents.normalise").joinpath("languages.tsv").read_text(encoding="utf-8")
    rows = list(csv.DictReader((r for r in text.splitlines() if not r.startswith("#")), delimiter="\t"))
    codes = [row["code"] for row in rows]
    assert codes == sorted(set(codes))
    assert all(given_language(row["code"]) == row["code"] and row["since"] and row["source"] for row in rows)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Moscow denies that its agents were behind the leak", "en"),
        ("Bakan, iddiaların asılsız olduğunu ve seçimin zamanında yapılacağını açıkladı", "tr"),
        ("В Кремле заявили, что это не так, и что они ждут извинений", "ru"),
    ],
)
def test_telling_words_settle_a_language_without_the_model(
    text: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(languages, "_identifier", lambda: pytest.fail("the model was asked"))
    assert detect_language(text, "") == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Het kabinet is van plan om de steun te verhogen, was gisteren te horen", "nl"),
        ("Regeringen har sagt at byen skal have flere penge, og det er godt", "da"),
        ("Правителството заяви, че не е получавало писмо от Москва и очаква отговор", "bg"),
        ("Prezident bu barədə bir neçə dəfə danışıb və yeni qərar verib", "az"),
        ("El presidente ha dicho que no has visto nada y que es falso", "es"),
        ("Міністр заявив, що це для нього не новина, і що вони чекають", "uk"),
        ("Formanden skal have overblik over sagen, og regeringen vil have svar over for Folketinget", "da"),
        ("Der Minister will nicht sagen, was er über den Bericht von The Insider weiß", "de"),
        ("Prezident sonra dedi ki, yeni qərarın qəbul olduğunu bilirdi və razı oldu", "az"),
        ("Не е ясно как или кога правителството ще отговори на въпросите на журналистите", "bg"),
        ("Они кажу да је она после састанка отишла или остала у Београду", "sr"),
    ],
)
def test_neighbours_are_not_taken_for_them(text: str, code: str) -> None:
    assert detect_language(text, "") == code


def test_a_lead_of_names_and_numbers_is_settled_by_what_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "_identifier", lambda: pytest.fail("the model was asked"))
    lead = "Galatasaray 2, Fenerbahçe 1. Icardi 14, 78; Dzeko 55. " * 8
    rest = (
        "It was the first match that they won after their coach, who had left, came back with new players from Brazil."
    )
    assert detect_language("", lead + rest) == "en"


def test_a_quoted_sentence_does_not_decide_a_longer_text() -> None:
    lead = "Die Kanzlerin sprach am Montag in Berlin vor der Presse und nannte keine Zahlen. " * 6
    assert detect_language("", lead + "Der Präsident sagte: We stand with Ukraine and with that country.") == "de"


def test_a_text_in_two_languages_is_left_to_the_model() -> None:
    assert detect_language("Сообщил the BBC, что это after all", "") in {"ru", "en"}
