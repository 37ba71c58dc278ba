from __future__ import annotations

import pytest

from agents.enrich.acts.interactions import find_interactions
from agents.enrich.reading.text import Document
from schemas.records import ClaimStatus, Field
from tests.unit.agents.enrich.coded import code


def test_who_accuses_whom_is_read_from_an_active_clause() -> None:
    assert code("France accuses Russia of hacking its ministry").acts()[0] == ("FRA", "ACCUSE", "RUS")


def test_a_passive_turns_the_sides_round() -> None:
    coded = code("", "Russian diplomats were expelled by Germany on Friday.")

    [one] = [one for one in coded.interactions if one.plover == "SANCTION"]
    assert (one.source.code or "")[:3] == "DEU"
    assert (one.target.code or "")[:3] == "RUS"


def test_what_one_says_another_did_is_an_accusation_not_the_deed() -> None:
    coded = code("", "Georgia says Russia bombed a village near the border.")

    assert coded.acts() == [("GEO", "ACCUSE", "RUS")]
    assert coded.interactions[0].status is ClaimStatus.ALLEGED
    assert coded.interactions[0].quoted.code == "GEO"


def test_what_somebody_is_accused_of_is_alleged_of_the_accused_and_never_of_the_accuser() -> None:
    coded = code("France accuses Russia of attacking Georgia")

    deeds = [one for one in coded.interactions if one.plover == "ASSAULT"]
    assert [(one.source.code, one.status) for one in deeds] == [("RUS", ClaimStatus.ALLEGED)]


def test_a_denial_answers_the_one_who_accused() -> None:
    coded = code("", "Poland accused Belarus of sabotage. Belarus denied the accusation.")

    [denial] = [one for one in coded.interactions if one.cameo == "016"]
    assert (denial.source.code, denial.target.code, denial.plover) == ("BLR", "POL", "DENY")
    assert denial.status is ClaimStatus.DENIED


@pytest.mark.parametrize(
    ("sentence", "root"),
    [
        ("Japan lifted sanctions on Iran.", "YIELD"),
        ("Japan refused to lift sanctions on Iran.", "REJECT"),
        ("Japan agreed to lift sanctions on Iran.", "AGREE"),
        ("Japan will not lift sanctions on Iran.", "REJECT"),
        ("Japan suspended aid to Iran.", "SANCTION"),
        ("Japan announced a suspension of aid to Iran.", "SANCTION"),
        ("Japan sent aid to Iran.", "AID"),
        ("Japan demanded the withdrawal of troops from Iran.", "REQUEST"),
        ("Japan said Iran must respect the deal.", "REQUEST"),
        ("Japan threatened to attack Iran.", "THREATEN"),
        ("Japan's foreign minister met his Iranian counterpart.", "CONSULT"),
        ("Japan's foreign minister will meet his Iranian counterpart.", "AGREE"),
        ("Japan shared intelligence with Iran.", "COOPERATE"),
        ("Japan praised Iran for its restraint.", "SUPPORT"),
        ("Japanese police arrested an Iranian citizen.", "COERCE"),
        ("Japanese jets bombed an Iranian base.", "ASSAULT"),
        ("Japanese students protested against Iran.", "PROTEST"),
        ("Japan mobilized troops along the border with Iran.", "MOBILIZE"),
    ],
)
def test_verbs_are_read_from_the_inside_out(sentence: str, root: str) -> None:
    assert code("", sentence).root() == root


def test_an_uncoded_party_is_given_by_its_words() -> None:
    [one, *_] = find_interactions(Document("", "The striking workers rejected the offer."), [])

    assert (one.source.text, one.source.code, one.plover) == ("The striking workers", None, "REJECT")


def test_a_participle_behind_a_hyphen_is_no_act() -> None:
    assert all(one.plover != "SUPPORT" for one in code("", "Russian-backed fighters attacked Ukraine.").interactions)


@pytest.mark.parametrize(
    ("language", "sentence", "act"),
    [
        ("tr", "Kanada, Çin'i seçimlerine müdahale etmekle suçladı", ("CAN", "ACCUSE", "CHN")),
        ("ru", "Канада обвинила Китай во вмешательстве в выборы", ("CAN", "ACCUSE", "CHN")),
    ],
)
def test_turkish_and_russian_accusations_have_their_sides(
    language: str, sentence: str, act: tuple[str, str, str]
) -> None:
    assert code(sentence, language=language).acts() == [act]


def test_offsets_give_back_the_words() -> None:
    body = "Çin’in lideri… Germany has expelled two Russian diplomats, Berlin said."
    for one in code("", body).interactions:
        assert one.span.field is Field.BODY
        assert body[one.span.start : one.span.end] == one.span.text


@pytest.mark.parametrize("text", ["", " ", "\n\n", "?!", "accuse", "denied", "said said said", "must", "by by of of"])
def test_odd_text_is_coded_without_an_error(text: str) -> None:
    for language in ("en", "tr", "ru", "und", "ja"):
        code(text, text, language)


def test_long_text_costs_linear_time_and_is_capped() -> None:
    body = "Russia accused Ukraine of attacking a village. " * 2000

    assert len(code("", body).interactions) < 200


def test_meddling_is_never_more_than_alleged() -> None:
    for title, language in (("Russia interferes in Georgia", "en"), ("Россия вмешивается в дела Грузии", "ru")):
        deeds = [one for one in code(title, language=language).interactions if one.cameo == "170"]
        assert deeds
        assert all(one.status is ClaimStatus.ALLEGED for one in deeds)


def test_what_is_denied_is_denied_and_the_denier_is_quoted() -> None:
    coded = code("", "Putin's spokesman denied that Russia meddled in Turkey's election.")

    denial, deed = coded.interactions
    assert (denial.cameo, denial.target.code) == ("016", None)
    assert (deed.source.code, deed.cameo, deed.status) == ("RUS", "170", ClaimStatus.DENIED)
    assert deed.quoted.code == denial.source.code


def test_the_span_of_a_claim_is_its_clause() -> None:
    [one, *_] = code("", "Poland accused Belarus of spreading lies, and Minsk protested.").interactions

    assert one.span.text == "accused Belarus of spreading lies"
    assert one.target.text == "Belarus"


def test_who_speaks_after_the_quote_is_no_object_of_it() -> None:
    [one] = code("", "Russia is behind this, Zelensky said.").interactions

    assert (one.plover, one.source.code, one.target.code) == ("ACCUSE", "UKRGOV", "RUS")


def test_an_announced_act_has_the_subject_before_it() -> None:
    [one] = code("Germany to expel Russian diplomats").interactions

    assert (one.source.code, one.plover, one.target.code) == ("DEU", "SANCTION", "RUSGOV")


@pytest.mark.parametrize(
    "sentence",
    ["The U.S. lifted sanctions on Iran.", "The United States recently lifted sanctions on Iran."],
)
def test_the_united_states_are_neither_a_possessive_nor_a_verb(sentence: str) -> None:
    [one] = code("", sentence).interactions

    assert (one.source.code, one.plover, one.target.code) == ("USA", "YIELD", "IRN")


def test_two_men_suspected_of_something_do_not_suspect() -> None:
    [suspected] = [
        one
        for one in code("", "Polish police detain two Russians suspected of spying.").interactions
        if one.cameo == "112"
    ]

    assert (suspected.source.code, suspected.target.code) == (None, "RUS")


@pytest.mark.parametrize(
    ("language", "sentence", "acts"),
    [
        ("tr", "Rusya, Ukrayna'yı suçladı, Kiev iddiayı yalanladı.", [("RUS", "ACCUSE", "UKR"), ("UKRGOV", "DENY", "RUS")]),
        ("tr", "Çin, ABD'nin içişlerine karıştığını söyledi.", [("CHN", "ACCUSE", "USA")]),
        ("tr", "Türkiye Rusya'yı suçlamadı.", []),
        ("ru", "США заявили, что Россия вмешалась в выборы.", [("USA", "ACCUSE", "RUS")]),
        ("ru", "Москва отвергла обвинения Берлина.", [("RUSGOV", "DENY", "DEUGOV")]),
        ("ru", "Россию обвинили во вмешательстве.", [(None, "ACCUSE", "RUS")]),
        ("ru", "Анкара не обвиняла Москву.", []),
    ],
)  # fmt: skip
def test_turkish_and_russian_clauses_are_told_apart(
    language: str, sentence: str, acts: list[tuple[str | None, str, str | None]]
) -> None:
    assert code("", sentence, language).acts() == acts


def test_breaking_into_a_network_breaks_no_treaty() -> None:
    assert ("NLDGOV", "ACCUSE", "CHNSPY") in code(
        "Chinese hackers breached Dutch defence network, The Hague says"
    ).acts()


def test_who_calls_claims_absurd_denies_them() -> None:
    assert code("", "Moscow called the claims absurd.").acts() == [("RUSGOV", "DENY", None)]


def test_who_stands_before_a_colon_says_the_rest() -> None:
    assert code("Kyiv: Russia hacked our railways").acts() == [("UKRGOV", "ACCUSE", "RUS")]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Rusya Türkiye tarafından suçlandı.", "tr", ("TUR", "ACCUSE", "RUS")),
        ("ABD, Çin'i casuslukla suçluyor.", "tr", ("USA", "ACCUSE", "CHN")),
        ("Çin casusluk iddialarını reddediyor.", "tr", ("CHN", "DENY", None)),
        ("Ermenistan'dan Azerbaycan'a suçlama", "tr", ("ARM", "ACCUSE", "AZE")),
        ('Zaharova, "Rusya müdahale etmedi" dedi.', "tr", ("RUSGOV", "DENY", None)),
        ("Kılıçdaroğlu, Rusya'nın sahte videolar yaydığını söyledi.", "tr", ("TUROPP", "ACCUSE", "RUS")),
        ("Özgür Özel, Rus istihbaratının sahte videolar yaydığını öne sürdü.", "tr", ("TUROPP", "ACCUSE", "RUSSPY")),
        ("Kiev, saldırının arkasında GRU'nun olduğunu açıkladı.", "tr", ("UKRGOV", "ACCUSE", "RUSSPY")),
        ("Rus hackerler Ukrayna'nın elektrik şebekesine saldırdı.", "tr", ("RUS", "COERCE", "UKR")),
        ("ABD Büyükelçisi Dışişleri Bakanlığına çağrıldı.", "tr", ("TURGOV", "ACCUSE", "USAGOV")),
        ("Rus diplomatlar Norveç'ten sınır dışı edildi.", "tr", ("NOR", "SANCTION", "RUSGOV")),
        ("МВД Грузии: США вмешиваются в выборы", "ru", ("GEOGOV", "ACCUSE", "USA")),
        ("Москва назвала обвинения Черногории вымыслом.", "ru", ("RUSGOV", "DENY", "MNE")),
        ("Россия была обвинена Турцией.", "ru", ("TUR", "ACCUSE", "RUS")),
        ("Российские дипломаты были высланы из Румынии.", "ru", ("ROU", "SANCTION", "RUSGOV")),
        ("Песков заявил, что Россия не вмешивалась в выборы в Турции.", "ru", ("RUSGOV", "DENY", "TUR")),
        ("Санду заявила о вмешательстве России.", "ru", ("MDAGOV", "ACCUSE", "RUS")),
        ("Обвинения Турции в адрес России беспочвенны", "ru", ("TUR", "ACCUSE", "RUS")),
        ("Россия вмешивается во внутренние дела Молдавии.", "ru", ("RUS", "COERCE", "MDA")),
        ("Чехия подозревает Россию во взрыве.", "ru", ("CZE", "ACCUSE", "RUS")),
    ],
)
def test_passives_denials_and_headlines_without_a_verb_in_turkish_and_russian(
    text: str, language: str, expected: tuple[str, str, str | None]
) -> None:
    assert expected in code("", text, language).acts()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Rusya seçimlere müdahale etmedi.", "tr"),
        ("Россия не вмешивалась в выборы.", "ru"),
        ("Türkiye Rusya'yı suçlamadı.", "tr"),
    ],
)
def test_what_was_not_done_is_no_act(text: str, language: str) -> None:
    assert code("", text, language).acts() == []


def test_what_is_alleged_beside_a_noun_is_nobodys_accusation() -> None:
    acts = code("Ince withdraws from Turkish presidential race after alleged sex tape", "").acts()
    assert [act for act in acts if act[1] == "ACCUSE"] == []


def test_a_declined_office_is_told_from_one_that_only_ends_so() -> None:
    assert code("", "Rusya, Ukrayna Devlet Başkanını suçladı.", "tr").acts() == [("RUS", "ACCUSE", "UKRGOV")]
    assert code("", "Ukrayna Devlet Başkanı, Rusya'yı suçladı.", "tr").acts() == [("UKRGOV", "ACCUSE", "RUS")]


def test_a_suspected_agent_is_arrested_and_nobody_suspects() -> None:
    acts = code("", "Police in Istanbul arrested 15 suspected Mossad agents.").acts()
    assert acts == [("TURCOP", "COERCE", "ISRSPY")]
    assert ("DEUGOV", "ACCUSE", "RUS") in code("", "Berlin suspected Russia of the murder.").acts()


@pytest.mark.parametrize(
    ("language", "text", "act"),
    [
        ("tr", "İsrail ordusunun Gazze'ye düzenlediği saldırıda 20 kişi öldü.", ("ISRMIL", "ASSAULT", "PSE")),
        ("tr", "Pentagon, İran'ın saldırılarından endişe duyuyor.", ("IRN", "ASSAULT", None)),
        ("tr", "Suriye'nin Ankara'ya suçlaması: Su kesiliyor", ("SYR", "ACCUSE", "TURGOV")),
        ("tr", "İsveç polisi, İran'ın saldırı planladığını açıkladı.", ("SWECOP", "ACCUSE", "IRN")),
        ("tr", "Erdoğan, ABD'nin PKK'ya silah verdiğini öne sürdü.", ("TURGOV", "ACCUSE", "USA")),
        (
            "tr",
            "Kongo Demokratik Cumhuriyeti, Ruanda'yı M23 isyancılarını desteklemekle suçladı.",
            ("COD", "ACCUSE", "RWA"),
        ),
        (
            "tr",
            "Türkiye'nin Moskova Büyükelçisi, Rusya Dışişleri Bakanlığına çağrıldı.",
            ("RUSGOV", "ACCUSE", "TURGOV"),
        ),
        ("tr", "Katar'ın arabuluculuğunda Hamas ile İsrail anlaştı.", ("PSEREB", "SUPPORT", "ISR")),
        ("tr", "Rusya'dan Kılıçdaroğlu'na yanıt: İddialar yalan", ("RUS", "DENY", "TUROPP")),
        ("tr", "Rus Büyükelçi Karlov Ankara'da öldürüldü.", (None, "ASSAULT", "RUSGOV")),
        ("tr", "Blinken, Rusya'ya seçimlere müdahale etmeme çağrısı yaptı.", ("USAGOV", "REQUEST", "RUS")),
        ("ru", "Российский посол был вызван в МИД Германии.", ("DEUGOV", "ACCUSE", "RUSGOV")),
        ("ru", "По словам Пескова, Москва не вмешивается в выборы в Турции.", ("RUSGOV", "DENY", "TUR")),
        ("ru", "По данным ФСБ, украинские спецслужбы готовили теракт.", ("RUSSPY", "ACCUSE", "UKRSPY")),
        ("ru", "Как заявил Эрдоган, Россия вмешивается в выборы.", ("TURGOV", "ACCUSE", "RUS")),
        ("ru", "Против турецких компаний введены санкции США.", ("USA", "COERCE", "TURBUS")),
        ("ru", "Госдеп призвал Азербайджан освободить пленных.", ("USAGOV", "REQUEST", "AZE")),
        ("ru", "Израиль и ХАМАС договорились при посредничестве Катара.", ("ISR", "SUPPORT", "PSEREB")),
        ("ru", "Китай обвинили во вмешательстве в выборы в Канаде.", (None, "ACCUSE", "CHN")),
        ("ru", "Иран и Россия обвинили США в нарушении резолюции.", ("IRN", "ACCUSE", "USA")),
        ("ru", "«Мы решительно отвергаем такие обвинения», — сказал Песков журналистам.", ("RUSGOV", "DENY", None)),
        ("ru", "Россия не имеет отношения к диверсиям в Европе, заявил Песков.", ("RUS", "DENY", None)),
        ("ru", "СБУ задержала агента ФСБ, готовившего теракт в Киеве.", ("UKRSPY", "COERCE", "RUSSPY")),
        ("ru", "Чехия объявила двух сотрудников посольства России персонами нон грата.", ("CZE", "SANCTION", "RUSGOV")),
        ("ru", "Майя Санду заявила, что Россия пытается подкупить избирателей.", ("MDAGOV", "ACCUSE", "RUS")),
        (
            "tr",
            "CHP Genel Başkanı ve Cumhurbaşkanı adayı Kemal Kılıçdaroğlu, Rusya'yı suçladı.",
            ("TUROPP", "ACCUSE", "RUS"),
        ),
        (
            "tr",
            "MİT ve İstanbul Emniyeti, Mossad adına casusluk iddiasıyla 34 kişiyi aldı.",
            ("TURSPY", "ACCUSE", "ISRSPY"),
        ),
        ("tr", "Kremlin: Türkiye'deki seçimlere müdahale etmiyoruz.", ("RUSGOV", "DENY", "TUR")),
        ("tr", "Peskov: Rusya'nın bu olayla ilgisi yok.", ("RUSGOV", "DENY", None)),
        ("tr", "Çekya iki Rus diplomatı istenmeyen kişi ilan etti.", ("CZE", "SANCTION", "RUSGOV")),
        ("tr", "Azerbaycan ve Ermenistan barış anlaşması imzaladı.", ("AZE", "SUPPORT", "ARM")),
    ],
)
def test_who_does_what_to_whom_in_turkish_and_russian(language: str, text: str, act: tuple[str | None, ...]) -> None:
    assert code("", text, language).acts() == [act]


@pytest.mark.parametrize(
    ("language", "text"),
    [("tr", "Rusya savaş suçları işledi."), ("ru", "Зеленский заявил, что Россия готовит наступление.")],
)
def test_crimes_are_no_accusation_and_getting_ready_is_no_promise(language: str, text: str) -> None:
    assert code("", text, language).acts() == []
