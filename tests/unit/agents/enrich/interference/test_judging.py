from __future__ import annotations

from pathlib import Path

import pytest

from agents.enrich.countries.gazetteer import alpha2_by_alpha3
from agents.enrich.interference.implied import find_implied, read_implied
from agents.enrich.interference.judging import CEILING
from agents.enrich.interference.sides import sovereigns
from agents.enrich.reading.text import Part
from agents.enrich.step import Enricher
from agents.watches import load_watches
from bosphorus.benches.coding_interference import read_half, score
from schemas.records import ClaimStatus, Field
from tests.unit.agents.enrich.coded import code

GOLD = Path(__file__).parents[4] / "data" / "interference"


@pytest.mark.parametrize(
    ("title", "perpetrator", "target"),
    [
        ("Turkish opposition accuses Russia of spreading deepfakes before the vote", "RUS", "TUR"),
        ("Russia denies meddling in Brazil's election", "RUS", "BRA"),
        ("Washington warns Georgia of Chinese disinformation before its election", "CHN", "GEO"),
        ("Iranian hackers targeted Albania's parliament, officials say", "IRN", "ALB"),
        ("Kenya expels two men accused of spying for Sudan", "SDN", "KEN"),
        ("Latvia jails Estonians who spied for Belarus", "BLR", "LVA"),
        ("Separatist leader in Moldova accused of plotting with Kremlin's help", "RUS", "MDA"),
        ("Cuba, Venezuela tried to sway Chilean vote", "CUB", "CHL"),
        ("Qatar used airport staff to spy on Saudi exiles", "QAT", "SAU"),
        ("Norwegian intelligence: Russia preparing to sabotage pipelines in Norway", "RUS", "NOR"),
        ("France blames Iran for meddling in New Caledonia riots", "IRN", "FRA"),
        ("Denmark accuses China of covert influence campaign in Greenland", "CHN", "DNK"),
        ("India denies role in killing of Sikh separatist in Canada", "IND", "CAN"),
        ("Gazprom threatens to cut gas to Moldova over debt", "RUS", "MDA"),
        ("Romania annuls vote after declassified files point to Russian TikTok campaign", "RUS", "ROU"),
    ],
)
def test_the_sides_are_those_the_headline_names(title: str, perpetrator: str, target: str) -> None:
    judged = code(title).interference

    assert judged.score >= 0.5
    assert (judged.perpetrators[:1], judged.targets[:1]) == ((perpetrator,), (target,))


@pytest.mark.parametrize(
    ("title", "perpetrator", "target"),
    [
        ("Peruvian colonel guilty of acting as agent of Iran", "IRN", "PER"),  # an agent of
        ("Madrid summons envoy over spyware allegations against Morocco", "MAR", "ESP"),  # allegations against
        ("Kenya foils coup plot, says gunmen trained in Uganda", "UGA", "KEN"),  # made ready in
        ("Cyprus arrests three over Iranian plot to kill Israelis", "IRN", "CYP"),  # who arrests
        ("Sofia expels two Russians for stirring unrest over Macedonia", "RUS", "BGR"),
        ("Chile and Peru accuse Venezuela of sending spies", "VEN", "CHL"),  # states in a row
        ("Libya says Qatar and Sudan armed rebels", "QAT", "LBY"),
        ("Vancouver: smear of Chinese-Canadian candidate tied to Beijing", "CHN", "CAN"),  # two nations of a person
        ("Plot to blow up US base in Greece ordered by Russia, court told", "RUS", "GRC"),  # bases abroad
        ("Polish minister's phone hacked with Israeli-made spyware by Hungary", "HUN", "POL"),
        ("Arson attack on Ukraine-linked warehouse in Latvia was ordered by Moscow", "RUS", "LVA"),
        ("Norwegian embassy clerk in Ankara arrested for spying for China", "CHN", "NOR"),  # its own people turned
        ("Rail bombs in Latvia part of Russian plot, prosecutors say", "RUS", "LVA"),
        ("Moscow: US embassy interfered by publishing protest routes", "USA", "RUS"),
        ("Serbian firm spied on Croatian ministers", "SRB", "HRV"),
        ("Thailand bowed to Beijing over deported Uyghurs", "CHN", "THA"),  # who yields
        ("Beijing halts rare earth exports to Japan over boat collision", "CHN", "JPN"),  # what is cut
        ("Riyadh retaliates for Sweden's rights criticism, halts exports", "SAU", "SWE"),
        ("Uganda hands four Turks to Ankara in abduction condemned by UN", "TUR", "UGA"),
        ("China downgrades ties with Lithuania, blocks its exports over Taiwan office", "CHN", "LTU"),
        ("Italian aid worker held hostage by Iran, minister says", "IRN", "ITA"),  # a passive with words between
        ("Zambia cancels summit under Chinese pressure", "CHN", "ZMB"),
        ("Exile's brother accuses Eritrea of threats in Sweden", "ERI", "SWE"),
        ("Iran plotted to kill Israeli businessmen in Colombia", "IRN", "COL"),
        ("Trump ally accused of acting as agent of United Arab Emirates", "ARE", "USA"),
        ("Prague accuses China of malicious cyber campaign against ministry", "CHN", "CZE"),  # no denial
        ("Vilnius shuts border with Belarus over hybrid attack", "BLR", "LTU"),  # cuts that answer
        ("Fake Korean news sites run by Chinese firms, Seoul's spy agency finds", "CHN", "KOR"),
        ("Bangkok bombing: police say plot ordered by Iran", "IRN", "THA"),  # what happened in a capital
        ("Beirut tells Iranian minister not to meddle in its affairs", "IRN", "LBN"),  # who is told off
        ("Tbilisi jails Pakistani hired by Quds Force to murder rabbi", "IRN", "GEO"),  # hired people
    ],
)
def test_who_acts_for_a_state_yields_to_it_or_is_arrested_tells_the_sides(
    title: str, perpetrator: str, target: str
) -> None:
    judged = code(title).interference

    assert judged.score >= 0.5
    assert (judged.perpetrators[:1], judged.targets[:1]) == ((perpetrator,), (target,))


@pytest.mark.parametrize(
    ("title", "perpetrator", "target"),
    [
        ("Lima knew of Caracas's secret efforts to sway the vote", "VEN", "PER"),  # whose efforts they are
        ("Jakarta links ministry hack to Vietnamese state group", "VNM", "IDN"),  # a verb, not a link
        ("Power grid of Jordan hit in cyberattack attributed to Syria", "SYR", "JOR"),  # at whose door it is laid
        ("Algiers ordered killing of exile in Tunis, prosecutors say", "DZA", "TUN"),  # nothing struck Algiers
        ("Cuba's listening post is nest of spies, says ex-CIA officer", "CUB", "USA"),  # who says so last
        ("Chile: Beijing bankrolled MPs before no-confidence vote", "CHN", "CHL"),  # whose parliament is only assumed
        ("Algeria recalls Spanish ambassador, freezes trade over Sahara stance", "DZA", "ESP"),  # who goes on to cut
    ],
)
def test_words_around_a_deed_tell_whose_it_is_and_whom_it_is_done_to(title: str, perpetrator: str, target: str) -> None:
    judged = code(title).interference

    assert (judged.perpetrators[:1], judged.targets[:1]) == ((perpetrator,), (target,))


@pytest.mark.parametrize(
    ("title", "perpetrator", "target"),
    [
        ("Seoul blames the North for hack of ministry", "PRK", "KOR"),
        ("South Korea says hackers from North stole blueprints", "PRK", "KOR"),
        ("Poland says Belarus KGB recruited woman to photograph bases", "BLR", "POL"),
        ("Taiwan says mainland hackers breached ministry", "CHN", "TWN"),
    ],
)
def test_some_terms_mean_a_state_only_beside_another_one(title: str, perpetrator: str, target: str) -> None:
    judged = code(title).interference

    assert (judged.perpetrators[:1], judged.targets[:1]) == ((perpetrator,), (target,))


def test_a_direction_is_no_state_in_another_name() -> None:
    judged = code("South Korea: hackers hit North Sea ferry").interference

    assert "PRK" not in {*judged.perpetrators, *judged.targets}


@pytest.mark.parametrize(
    ("title", "perpetrator", "target"),
    [
        ("Students from China arrested in Denmark for filming radar site", "CHN", "DNK"),  # no private matter
        ("Latvia says Russia jamming GPS signals over Baltic", "RUS", "LVA"),  # no broken signal
        ("Vilnius condemns weather balloons sent from Belarus", "BLR", "LTU"),  # no weather
        ("Two held in Estonia over Russian-backed plot to cripple missile depot", "RUS", "EST"),  # no war
        ("Burundi says Rwanda shelters rebels", "RWA", "BDI"),  # who speaks of another state accuses it
        ("Tajik opposition activist shot in Istanbul", "TJK", "TUR"),  # exiles
    ],
)
def test_words_of_other_matters_give_way_to_a_charge_between_states(title: str, perpetrator: str, target: str) -> None:
    judged = code(title).interference

    assert judged.score >= 0.5
    assert (judged.perpetrators[:1], judged.targets[:1]) == ((perpetrator,), (target,))


@pytest.mark.parametrize(
    "title",
    [
        "German spy chief meets Turkish counterpart in Ankara",
        "Japan and South Korea agree to share missile data",
        "Italy suspends beef imports from Poland",
    ],
)
def test_visits_pacts_and_plain_trade_are_no_interference(title: str) -> None:
    assert code(title).interference.score <= CEILING


def test_who_says_that_there_is_no_proof_denies_it() -> None:
    judged = code("Захарова: Анкара не предоставила доказательств вмешательства", language="ru").interference

    assert (judged.perpetrators, judged.targets, judged.status) == (("RUS",), ("TUR",), ClaimStatus.DENIED)


@pytest.mark.parametrize(
    ("title", "perpetrators", "targets"),
    [
        ("EU accuses Russia of disinformation campaign before European elections", ("RUS",), ()),
        ("Brussels accuses Moscow of hacking EU institutions", ("RUS",), ()),
        ("Georgia accuses EU of financing protests", (), ("GEO",)),
    ],
)
def test_a_union_of_states_is_a_side_though_no_state(
    title: str, perpetrators: tuple[str, ...], targets: tuple[str, ...]
) -> None:
    judged = code(title).interference

    assert judged.score >= 0.5
    assert (judged.perpetrators, judged.targets) == (perpetrators, targets)


def test_unions_that_work_together_with_a_state_are_no_story() -> None:
    assert code("EU, Russia discuss cyber security cooperation").interference.score < 0.5


def test_the_case_is_coded_with_accusation_denial_and_dyad() -> None:
    coded = code(
        "Turkish candidate says Russia is behind deep fakes before election",
        "Kemal Kilicdaroglu told reporters that Russia was behind fabricated videos spread before Sunday's election in "
        "Turkey. The Kremlin denied the accusation. Kremlin spokesman Dmitry Peskov called it slander.",
    )

    assert ("TUROPP", "ACCUSE", "RUS") in coded.acts()
    assert any(one.cameo == "016" and (one.source.code or "").startswith("RUS") for one in coded.interactions)
    assert (coded.interference.perpetrators, coded.interference.targets) == (("RUS",), ("TUR",))
    assert coded.interference.status is ClaimStatus.ALLEGED
    assert [(dyad.source, dyad.target) for dyad in coded.dyads] == [("RUS", "TUR")]


def test_evidence_of_a_states_responsibility_says_whose_doing_it_is() -> None:
    judged = code(
        "Erdogan rival says voters targeted by fake video ahead of Sunday's election",
        "Kemal Kilicdaroglu said his party had concrete evidence of Russia's responsibility for the release of deep fakes.",
    ).interference

    assert judged.score > 0.75
    assert (judged.perpetrators, judged.targets) == (("RUS",), ("TUR",))


def test_one_state_alone_is_no_interference_of_one_state_in_another() -> None:
    assert code("Erdogan accuses Turkish opposition of spreading fake news").interference.score <= CEILING


def test_no_theme_means_no_score_and_no_status() -> None:
    judged = code("France and Germany hold a joint cabinet meeting").interference

    assert (judged.score, judged.status, judged.parts) == (0.0, None, ())


def test_the_parts_add_up_to_the_score() -> None:
    judged = code("France accuses Russia of election interference").interference

    assert judged.score == pytest.approx(min(sum(part.value for part in judged.parts), 1.0))


def test_the_gold_set_has_three_hundred_items_and_its_halves_share_none() -> None:
    halves = [read_half(GOLD, half) for half in ("dev", "scored")]
    titles = [{item.title for item in half} for half in halves]

    assert sum(len(half) for half in halves) >= 300
    assert not titles[0] & titles[1]
    assert {item.language for half in halves for item in half} == {"en", "tr", "ru"}


@pytest.mark.parametrize("half", ["dev", "scored"])
def test_the_gold_set_is_coded_as_well_as_promised(half: str) -> None:
    figures = score(read_half(GOLD, half), Enricher(load_watches(None)))

    assert figures.precision >= 0.95
    assert figures.recall >= 0.92
    assert figures.both >= 0.75


@pytest.mark.parametrize(
    "half", ["world-dev", "world-scored", "press-dev", "press-scored", "dated-dev", "dated-scored", "agency-dev"]
)
def test_headlines_of_real_events_are_coded_as_well_as_promised(half: str) -> None:
    figures = score(read_half(GOLD, half), Enricher(load_watches(None)))

    assert figures.precision >= 0.95
    assert figures.recall >= 0.75
    assert figures.both >= 0.65


@pytest.mark.parametrize(
    ("language", "title", "perpetrator", "target"),
    [
        ("en", "Kimsuky posed as journalists to phish officials in Seoul", "PRK", "KOR"),
        ("en", "Lisbon traces bogus videos to Moscow", "RUS", "PRT"),
        ("en", "Spy ring recruited by Tehran uncovered in Cyprus", "IRN", "CYP"),
        ("en", "Iranian officers sanctioned by Britain over plot to kill journalist", "IRN", "GBR"),
        ("en", "Belgian officer jailed for selling secrets to Iran", "IRN", "BEL"),
        ("en", "Bundestag hack: Russia suspected", "RUS", "DEU"),
        ("en", "Egyptian diplomat accused of spying expelled from Rome", "EGY", "ITA"),
        ("en", "Serbia secretly set up 'Bosnian Voice' site to stir unrest", "SRB", "BIH"),
        ("en", "Iran rejects Danish spying claims", "IRN", "DNK"),
        ("en", "Pro-Beijing trolls spread anti-Marcos lies in Philippines", "CHN", "PHL"),
        ("en", "Spanish officer sold secrets to Morocco, court hears", "MAR", "ESP"),
        ("en", "Danish spy agency says Iran tried to steal data from Maersk", "IRN", "DNK"),
        ("en", "Kenyan blogger jailed in Uganda as Eritrean spies are exposed", "ERI", "UGA"),
        ("en", "Italy cable cut: Russia blamed", "RUS", "ITA"),
        ("en", "Copenhagen accuses Tehran of using gangs to attack embassies", "IRN", "DNK"),
        ("en", "Yerevan detains archbishop over coup plot, points finger at Moscow", "RUS", "ARM"),
        ("en", "Bogota says Maduro agents infiltrated protests", "VEN", "COL"),
        ("tr", "Yunanistan'da Çin'e çalışan iki kişi yakalandı", "CHN", "GRC"),
        ("tr", "Kılıçdaroğlu: Rus dostlar, ortaya saçılan montajların arkasında siz varsınız", "RUS", "TUR"),
        ("tr", "Peskov: Bunu yayanlar yalancıdır, Türkiye'nin iç işlerine karışmıyoruz", "RUS", "TUR"),
        ("ru", "Захарова: США пытаются дестабилизировать Сербию", "USA", "SRB"),
        ("ru", "В Греции задержаны двое, готовившие диверсию по заданию Москвы", "RUS", "GRC"),
        ("en", "Poland detains Spanish teacher accused of spying for Russia", "RUS", "POL"),
        ("en", "US lawyer charged with lobbying for Qatar", "QAT", "USA"),
        ("en", "Beijing squeezes Mongolia over Dalai Lama", "CHN", "MNG"),
        ("en", "Chad says fake accounts were run from Moscow", "RUS", "TCD"),
        ("en", "Norway calls in Chinese envoy over ministry hack", "CHN", "NOR"),
        ("en", "Belgian court jails two over kidnap of Iranian exile", "IRN", "BEL"),
        ("en", "Exile stabbed in Vienna; Tehran suspected", "IRN", "AUT"),
        ("en", "Microsoft says Iranian hackers attack Albania", "IRN", "ALB"),
        ("en", "Russia cuts gas to Latvia in what Riga calls blackmail", "RUS", "LVA"),
        ("en", "White House says Russian hackers launched attack on Estonia", "RUS", "EST"),
        ("en", "Danish court finds two GRU men planned to shoot defector", "RUS", "DNK"),
        ("en", "Kenyan bloggers paid by Tehran spread lies", "IRN", "KEN"),
        ("tr", "Alman vekilin Çinli danışmanı casusluktan tutuklandı", "CHN", "DEU"),
        ("tr", "Avusturya'daki casus hücresi: Emirler Tahran'dan", "IRN", "AUT"),
        ("ru", "Взлом катарского агентства организовали Эмираты", "ARE", "QAT"),
        ("ru", "Спецслужбы Румынии выявили кампанию России в TikTok", "RUS", "ROU"),
        ("tr", "Zaharova: ABD, Türkiye'deki seçimlere karışıyor", "USA", "TUR"),
        ("tr", "Litvanya istihbaratı: Belarus'un trolleri seçimleri hedef alıyor", "BLR", "LTU"),
        ("ru", "В Словакии распространили поддельную запись, след ведёт в Россию", "RUS", "SVK"),
        ("tr", "Litvanya: Belarus, seçim öncesi dezenformasyon yayıyor", "BLR", "LTU"),
        ("tr", "Kosova siber saldırı nedeniyle Rusya'yla ilişkilerini kesti", "RUS", "XKX"),
        ("tr", "Kremlin'e göre ABD, Sırbistan'da darbe hazırlıyor", "USA", "SRB"),
        ("tr", "Ürdün, İran'ı suikast planlamakla suçladı", "IRN", "JOR"),
        ("ru", "Туск: взрыв устроили двое украинцев, работавших на Россию", "RUS", "POL"),
        ("ru", "Литва считает, что поджог устроила российская военная разведка", "RUS", "LTU"),
        ("ru", "Китайский дипломат выслан из Швеции за шпионаж", "CHN", "SWE"),
        ("tr", "Norveç: İranlı hackerlar Maliye Bakanlığı'na sızdı", "IRN", "NOR"),  # whose ministry is not said
        ("tr", "Macaristan'a casusluk suçlaması: Slovakya'dan sert tepki", "HUN", "SVK"),  # no match (maç)
        ("tr", "Arap Ligi toplantısında Mısır, Sudan'ı casuslukla suçladı", "SDN", "EGY"),  # no football league
        ("tr", "Rusya bir dizi siber saldırıyla Norveç'i hedef aldı", "RUS", "NOR"),  # a series, not on television
        ("ru", "Подростки по заданию Минска поджигали склады в Польше", "BLR", "POL"),
    ],
)
def test_the_words_beside_a_state_tell_its_side(language: str, title: str, perpetrator: str, target: str) -> None:
    judged = code(title, language=language).interference

    assert (judged.perpetrators[:1], judged.targets[:1]) == ((perpetrator,), (target,))
    assert judged.score >= 0.5


@pytest.mark.parametrize(
    "title",
    [
        "Turkey paid Russia for gas, minister says",
        "Israel and Turkey expel ambassadors in tit for tat",
        "Chinese gang of fraudsters arrested in Serbia",
        "US condemns coup in Niger",
    ],
)
def test_two_states_and_an_ordinary_word_are_no_interference(title: str) -> None:
    assert code(title).interference.score <= CEILING


def test_a_theme_in_passing_is_no_story() -> None:
    body = "Farmers in Spain fear for the harvest. It has hardly rained. Iran, Albania said, hacked it. Prices rose."

    assert code("Olive harvest fails", body).interference.score <= CEILING


def test_every_implied_state_is_a_country_named_once() -> None:
    rows = read_implied()

    assert {row.country for row in rows} <= set(alpha2_by_alpha3())
    assert len({(row.term, row.beside) for row in rows}) == len(rows)


def test_a_headline_implies_a_state_only_where_none_is_named() -> None:
    part = Part(Field.TITLE, "Lazarus raids bank as lazarus rises")
    [one] = find_implied(part, [])

    assert (one.country, one.text, one.rule) == ("PRK", "Lazarus", "implied.hand")
    assert find_implied(part, [one]) == []


def test_states_named_in_a_row_are_on_one_side() -> None:
    assert code("China, India tried to sway Canadian vote").interference.perpetrators == ("CHN", "IND")


def test_what_a_state_does_in_its_own_territory_is_not_done_to_itself() -> None:
    judged = code("Baku accuses Paris of fuelling unrest in New Caledonia").interference
    assert (judged.perpetrators, judged.targets) == (("FRA",), ("NCL",))


def test_every_territory_is_of_a_state() -> None:
    codes = alpha2_by_alpha3()
    assert all(one in codes and state in codes for one, state in sovereigns().items())
    assert not sovereigns().keys() & set(sovereigns().values())


@pytest.mark.parametrize(
    ("language", "title", "perpetrator"),
    [
        ("en", "Two men charged with spying for China", "CHN"),
        ("tr", "Yunan istihbaratına çalışan iş insanı tutuklandı", "GRC"),
        ("ru", "Арестован инженер, шпионивший на Китай", "CHN"),
    ],
)
def test_somebody_held_for_serving_a_state_is_a_story_though_no_other_state_is_named(
    language: str, title: str, perpetrator: str
) -> None:
    judged = code(title, language=language).interference

    assert judged.perpetrators == (perpetrator,)
    assert judged.targets == ()
    assert judged.score >= 0.5


@pytest.mark.parametrize(
    "title",
    [
        "Dutch court orders state to stop parts exports to Israel",
        "Belgian doctor accused of poisoning colleague in Dutch hotel",
        "Ukrainian drones hit Russian oil refinery",
        "Spanish police detain man over disappearance of British woman",
    ],
)
def test_courts_colleagues_and_fronts_are_something_else(title: str) -> None:
    assert code(title).interference.score < 0.5
