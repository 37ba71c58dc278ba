"""Actors in text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.enrich.actors.codes import ActorCode
from agents.enrich.actors.finding import find_actors, fold_actors
from agents.enrich.countries.finding import find_countries
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.text import Document

WHEN = datetime(2023, 5, 12, tzinfo=UTC)


def actors(text: str, language: str = "en", when: datetime = WHEN) -> list[Mention]:
    doc = Document("", text, language)
    return find_actors(doc, when, find_countries(doc))


def pairs(text: str, language: str = "en") -> list[tuple[str, str]]:
    return [(mention.text, mention.code) for mention in actors(text, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the Romanian foreign minister spoke", ("Romanian foreign minister", "ROUGOV")),
        ("Iranian students protested", ("Iranian students", "IRNEDU")),
        ("Serb police fired", ("Serb police", "SRBCOP")),
        ("Nigerian troops left", ("Nigerian troops", "NGAMIL")),
        ("Poland's parliament voted", ("Poland's parliament", "POLLEG")),
        ("the president of Romania spoke", ("president of Romania", "ROUGOV")),
        ("An Argentine judge ordered", ("Argentine judge", "ARGJUD")),
        ("Ugandan rebels surrendered", ("Ugandan rebels", "UGAREB")),
        ("British Foreign Secretary Jane Doe said", ("British Foreign Secretary Jane Doe", "GBRGOV")),
        ("a NATO spokesman said", ("NATO spokesman", "IGOWSTNAT")),
        ("Turkish former minister Jane Doe said", ("Turkish former minister Jane Doe", "TURELI")),
        ("Hungary agreed", ("Hungary", "HUN")),
        ("Berlin rejected it", ("Berlin", "DEUGOV")),
        ("The army took over in Mali", ("army", "MLIMIL")),
    ],
)
def test_a_country_and_a_role_make_an_actor(text: str, expected: tuple[str, str]) -> None:
    assert expected in pairs(text)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Rus Dışişleri Bakanlığı açıkladı", "tr", ("Rus Dışişleri Bakanlığı", "RUSGOV")),
        ("Rusya'nın Ankara Büyükelçisi konuştu", "tr", ("Rusya'nın Ankara Büyükelçisi", "RUSGOV")),
        ("Türk ordusu ilerledi", "tr", ("Türk ordusu", "TURMIL")),
        ("Romanya Dışişleri Bakanının açıklaması", "tr", ("Romanya Dışişleri Bakanının", "ROUGOV")),
        ("министр обороны Турции заявил", "ru", ("министр обороны Турции", "TURGOV")),
        ("с румынским министром обороны", "ru", ("румынским министром обороны", "ROUGOV")),
        ("Турецкие военные вошли", "ru", ("Турецкие военные", "TURMIL")),
    ],
)
def test_patterns_in_turkish_and_russian(text: str, language: str, expected: tuple[str, str]) -> None:
    assert expected in pairs(text, language)


@pytest.mark.parametrize(
    ("text", "language", "id_", "code"),
    [
        ("Kemal Kılıçdaroğlu konuştu", "tr", "kemal-kilicdaroglu", "TUROPP"),
        ("Kilicdaroglu spoke", "en", "kemal-kilicdaroglu", "TUROPP"),
        ("Кылычдароглу заявил", "ru", "kemal-kilicdaroglu", "TUROPP"),
        ("Rejib Tayyip Erdogan spoke", "en", "recep-tayyip-erdogan", "TURGOV"),
        ("Эрдогана поддержали", "ru", "recep-tayyip-erdogan", "TURGOV"),
        ("с Сергеем Лавровым", "ru", "sergey-lavrov", "RUSGOV"),
        ("Kremlin spokesman Dmitry Peskov said", "en", "dmitry-peskov", "RUSGOV"),
        ("Muharrem İnce çekildi", "tr", "muharrem-ince", "TUROPP"),
        ("North Atlantic Treaty Organization (NATO)", "en", "nato", "IGOWSTNAT"),
        ("ФСБ сообщила", "ru", "fsb", "RUSSPY"),
        ("Milli İstihbarat Teşkilatı", "tr", "mit", "TURSPY"),
    ],
)
def test_the_register_is_found_as_people_write_it(text: str, language: str, id_: str, code: str) -> None:
    assert (id_, code) in [(mention.id, mention.code) for mention in actors(text, language)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Kilikdaroglu spoke", "fuzzy.sound"),
        ("Then Kilicdarogu spoke", "fuzzy.typo"),
        ("Then Zakarova spoke", "fuzzy.typo"),
    ],
)
def test_a_misspelt_name_is_found_and_labelled(text: str, rule: str) -> None:
    assert [mention.rule for mention in actors(text)] == [rule]


@pytest.mark.parametrize(
    ("text", "language", "absent"),
    [
        ("CHP'li Erdoğan Toprak konuştu", "tr", "recep-tayyip-erdogan"),
        ("Erdoğan Yılmazer geldi", "tr", "recep-tayyip-erdogan"),
        ("Bilal Erdogan denied it", "en", "recep-tayyip-erdogan"),
        ("ince bir çizgi", "tr", "muharrem-ince"),
        ("İnce bir çizgi var", "tr", "muharrem-ince"),
        ("Güler yüzlü insanlar", "tr", "yasar-guler"),
        ("In May he left", "en", "theresa-may"),
        ("Putting it so", "en", "vladimir-putin"),
        ("who said", "en", "world-health-organization"),
    ],
)
def test_false_friends_are_kept_out(text: str, language: str, absent: str) -> None:
    assert absent not in [mention.id for mention in actors(text, language)]


def test_an_ambiguous_surname_counts_once_the_full_name_stands_there() -> None:
    ids = [mention.id for mention in actors("Muharrem İnce çekildi. İnce konuştu.", "tr")]
    assert ids == ["muharrem-ince", "muharrem-ince"]


def test_a_minority_is_of_the_country_written_about() -> None:
    assert ("ethnic Albanians", "MKD") in pairs("In Macedonia ethnic Albanians protested.")


def test_a_body_of_a_state_comes_before_the_state() -> None:
    assert pairs("the head of Russia's FSB, Alexander Bortnikov, spoke")[0][1] == "RUSSPY"


def test_two_countries_share_a_role() -> None:
    assert pairs("Hungarian and Romanian officials agreed") == [
        ("Hungarian", "HUNGOV"),
        ("Romanian officials", "ROUGOV"),
    ]


def test_a_spokesman_carries_whom_he_speaks_for() -> None:
    assert ("Hamas spokesman", "PSEREB") in pairs("a Hamas spokesman said")


def test_a_person_without_a_country_is_of_the_country_talked_about() -> None:
    assert pairs("President Jane Doe will visit Gabon.")[0] == ("President Jane Doe", "GABGOV")


def test_a_surname_alone_refers_back() -> None:
    rules = [mention.rule for mention in actors("Gabon's President Jane Mbongo spoke. Mbongo left.")]
    assert rules == ["pattern.country_role", "coreference.surname"]


def test_the_role_is_that_of_the_day() -> None:
    before, after = (actors("Fidan, Hakan Fidan", when=datetime(2023, month, 10, tzinfo=UTC))[-1] for month in (5, 7))
    assert (before.code, after.code) == ("TURSPY", "TURGOV")


def test_mentions_of_one_actor_are_one() -> None:
    (actor,) = fold_actors(actors("Vladimir Putin spoke. Putin left."))
    assert (actor.name, actor.country, len(actor.mentions)) == ("Vladimir Putin", "RUS", 2)


def test_every_mention_stands_at_its_span() -> None:
    doc = Document("Turkish President Erdogan", "Kremlin spokesman Peskov met U.S. officials and Iranian troops.")
    for mention in find_actors(doc, WHEN, find_countries(doc)):
        assert doc.part(mention.field).text[mention.start : mention.end] == mention.text


PIECES = st.sampled_from(
    ["Turkey", "U.S.", "Türkiye'nin", "President", "Erdogan", "Россия", "министр обороны", "and", ",", "former", "rebels", "in", "ethnic",
     "Paris", "Texas", "refugees", "NATO", "spokesman", "Kilikdaroglu", "'s", "\n\n", "IŞİD", "ambassador", "the", "1", "İ", "\u0000"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=5), max_size=25), st.sampled_from(["en", "tr", "ru", "de", "und"]))
@settings(deadline=None, max_examples=150)
def test_whatever_the_text_every_span_holds_its_words(pieces: list[str], language: str) -> None:
    doc = Document(" ".join(pieces[:5]), " ".join(pieces[5:]), language)
    places = find_countries(doc)
    for mention in [*places, *find_actors(doc, WHEN, places)]:
        assert doc.part(mention.field).text[mention.start : mention.end] == mention.text
        assert mention.text
        assert mention.kind == "country" or ActorCode(mention.code) == mention.code


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Erdogan's main challenger alleges meddling", "en", ("Erdogan's main challenger", "TUROPP")),
        ("critics of Putin were jailed", "en", ("critics of Putin", "RUSOPP")),
        ("a challenger to President Erdogan spoke", "en", ("challenger to President Erdogan", "TUROPP")),
        ("Erdoğan'ın rakibi konuştu", "tr", ("Erdoğan'ın rakibi", "TUROPP")),
        ("соперник Эрдогана заявил", "ru", ("соперник Эрдогана", "TUROPP")),
    ],
)
def test_who_stands_against_somebody_is_not_he(text: str, language: str, expected: tuple[str, str]) -> None:
    found = actors(text, language)
    assert [(mention.text, mention.code) for mention in found] == [expected]
    assert found[0].rule == "pattern.relation"


@pytest.mark.parametrize(
    "text",
    ["Erdogan's rivals Greece and Armenia", "Erdogan met his rival in Ankara", "Putin's deal pleased critics"],
)
def test_a_relation_further_off_leaves_the_person_alone(text: str) -> None:
    assert any(mention.rule == "register.surname" for mention in actors(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Erdogan's challenger Kemal Kilicdaroglu spoke", ("Erdogan's challenger Kemal Kilicdaroglu", "TUROPP")),
        ("Putin's spokesman said", ("Putin's spokesman", "RUSGOV")),
        ("Erdogan's government denied it", ("Erdogan's government", "TURGOV")),
        ("the leader of the Turkish opposition spoke", ("leader of the Turkish opposition", "TUROPP")),
        ("Turkey's presidential nominee spoke", ("Turkey's presidential nominee", "TURPTY")),
        (
            "Egyptian police fired at Moslem fundamentalist demonstrators",
            ("Moslem fundamentalist demonstrators", "EGYCVL"),
        ),
        ("The Turkish Competition Authority fined it", ("Turkish Competition Authority", "TURGOV")),
    ],
)
def test_roles_take_the_state_of_whom_they_are_said(text: str, expected: tuple[str, str]) -> None:
    assert expected in pairs(text)


def test_a_given_name_is_no_town() -> None:
    assert pairs("Vladimir Putin spoke.") == [("Vladimir Putin", "RUSGOV")]
    assert pairs("Переговоры с США: Владимира Путина ждут", "ru") == [("США", "USA"), ("Владимира Путина", "RUSGOV")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("UN peackeepers left", ("UN peackeepers", "IGOUNOMIL")),
        ("The Kenya Anti-Corruption Comittee said", ("Kenya Anti-Corruption Comittee", "KENGOV")),
        ("The Turkish goverment denied it", ("Turkish goverment", "TURGOV")),
    ],
)
def test_a_misspelt_role_is_found_and_labelled(text: str, expected: tuple[str, str]) -> None:
    found = {(mention.text, mention.code): mention for mention in actors(text)}
    assert found[expected].rule == "fuzzy.role"
    assert found[expected].confidence <= 0.8


@pytest.mark.parametrize("text", ["Turkey produces cars", "Turkish villages burnt", "Russia commands respect"])
def test_a_verb_one_letter_from_a_role_is_no_role(text: str) -> None:
    assert all(not mention.rule.startswith("fuzzy") for mention in actors(text))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Dışişleri Bakanı Fidan, Bakü'ye gitti.", "tr", ("Dışişleri Bakanı Fidan", "TURGOV")),
        ("Turkish Foreign Minister Hakan Fidan spoke.", "en", ("Turkish Foreign Minister Hakan Fidan", "TURGOV")),
        ("Глава МИД Турции Фидан заявил", "ru", ("Глава МИД Турции Фидан", "TURGOV")),
        ("MİT Başkanı Fidan konuştu.", "tr", ("MİT Başkanı Fidan", "TURSPY")),
        ("NATO Secretary General Rutte spoke.", "en", ("NATO Secretary General Rutte", "IGOWSTNATGOV")),
        ("The former US President Barack Obama spoke.", "en", ("US President Barack Obama", "USAELI")),
    ],
)
def test_an_office_that_the_text_tells_wins_over_the_registers_dates(
    text: str, language: str, expected: tuple[str, str]
) -> None:
    assert expected in pairs(text, language)


def test_a_surname_counts_with_an_office_or_once_its_bearer_is_named_in_full() -> None:
    assert ("President Petro", "COLGOV") in pairs("President Petro spoke.")
    assert ("Petro", "COLGOV") in pairs("Gustavo Petro arrived. Then Petro spoke.")
    assert pairs("An actor called Petro spoke.") == []


def test_a_surname_is_not_of_somebody_whom_the_text_gives_to_another_state() -> None:
    assert ("Kenyan minister Smith", "KENGOV") in pairs("Kenyan minister Smith spoke.")
    assert pairs("Two deputies, Smith said, had left. Amy Smith agreed.") == []


def test_a_surname_means_its_bearer_who_is_named_in_full() -> None:
    found = actors("Jean-Marie Le Pen and Raúl Castro met. Castro left.")
    assert [one.name for one in found if one.text.endswith("Castro")] == ["Raúl Castro", "Raúl Castro"]


@pytest.mark.parametrize("word", ["Schools", "Colony", "Birthday", "Pompeii", "Romanya", "Gillian", "Dragon"])
def test_words_that_sound_like_a_surname_are_no_misspelling_of_it(word: str) -> None:
    assert not [one for one in actors(f"They said {word} was here.") if one.rule.startswith("fuzzy")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Israel's militia ally in southern Lebanon fired", ("Israel's militia ally in southern Lebanon", "LBNREB")),
        ("Iran-backed militias in Iraq fired", ("Iran-backed militias in Iraq", "IRQREB")),
        ("US-backed rebels fired", ("US-backed rebels", "USAREB")),
        ("Estonia's Foreign Intelligence Service warned", ("Estonia's Foreign Intelligence Service", "ESTSPY")),
        ("The Foreign Intelligence Service warned", ("Foreign Intelligence Service", "RUSSPY")),
        ("The Security Council agreed", ("Security Council", "IGOUNOSECGOV")),
        ("Turkey's National Security Council met", ("Turkey's National Security Council", "TURGOV")),
    ],
)
def test_bodies_are_of_the_state_that_they_are_in_or_are_said_to_be_of(text: str, expected: tuple[str, str]) -> None:
    assert expected in pairs(text)


def test_who_speaks_of_another_state_is_not_taken_to_be_of_it() -> None:
    assert pairs("Senate panel finds Russia meddled in election") == [("Russia", "RUS")]
    assert pairs("Police arrested a Russian spy.") == [("Russian spy", "RUSSPY")]
    assert ("Police in Berlin", "DEUCOP") in pairs("Police in Berlin arrested two Russians.")


def test_a_people_of_two_states_is_of_the_one_that_is_written_about() -> None:
    assert ("Hutu rebels", "BDIREB") in pairs("Hutu rebels attacked Burundi's capital.")
    assert ("Hutu rebels", "RWAREB") in pairs("Hutu rebels attacked in Rwanda.")


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (
            "Soviet Foreign Minister Eduard Shevardnadze spoke",
            "en",
            ("Soviet Foreign Minister Eduard Shevardnadze", "RUSGOV"),
        ),
        (
            "Russian-backed President Viktor Yanukovych fled",
            "en",
            ("Russian-backed President Viktor Yanukovych", "UKRGOV"),
        ),
        ("Merz became chancellor. Wadephul flew to Kyiv.", "en", ("Wadephul", "DEU")),
        ("Bakan Güler Irak'ta.", "tr", ("Bakan Güler", "TURGOV")),
        ("Then Xi spoke", "en", ("Xi", "CHNGOV")),
    ],
)
def test_an_office_is_of_the_state_that_the_text_gives_it(text: str, language: str, expected: tuple[str, str]) -> None:
    assert expected in pairs(text, language)


def test_a_short_surname_is_no_number() -> None:
    assert pairs("Then Pius XI spoke") == []


def test_brussels_is_the_union_unless_the_article_is_about_belgium() -> None:
    assert ("Brussels", "IGOEUREEC") in pairs("Brussels accused Budapest of delay.")
    assert ("Brüksel", "IGOEUREEC") in pairs("Brüksel Ankara'yı uyardı.", "tr")
    assert ("Brussels", "BEL") in pairs("Two men were arrested in Brussels.")
    assert all(code[:3] != "IGO" for _, code in pairs("Brussels said Belgian police had arrested them."))


def test_a_turkish_office_without_a_state_is_turkeys_and_a_candidacy_is_no_office() -> None:
    assert ("Dışişleri Bakanlığına", "TURGOV") in pairs("ABD Büyükelçisi Dışişleri Bakanlığına çağrıldı.", "tr")
    assert pairs("Cumhurbaşkanlığı adaylığından çekildi.", "tr") == []


def test_a_leaders_rival_is_not_the_leader() -> None:
    assert pairs("Erdogan rival says voters were targeted") == [("Erdogan rival", "TUROPP")]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Трюдо обвинил Индию", "ru", ("Трюдо", "CANGOV")),
        ("агенты «Моссада» задержаны", "ru", ("агенты «Моссада", "ISRSPY")),
        ("A former MI6 chief spoke.", "en", ("MI6 chief", "GBRELI")),
        ("Yunanistan, Libya'nın büyükelçisini çağırdı", "tr", ("Yunanistan", "GRC")),
        ("По данным ФСБ, украинские спецслужбы готовились", "ru", ("ФСБ", "RUSSPY")),
    ],
)
def test_surnames_in_cyrillic_owners_in_quotes_and_former_chiefs(
    text: str, language: str, expected: tuple[str, str]
) -> None:
    assert expected in pairs(text, language)
