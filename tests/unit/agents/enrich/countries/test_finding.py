"""Countries in text."""

from __future__ import annotations

import pytest

from agents.enrich.countries.finding import find_countries
from agents.enrich.reading.text import Document


def codes(text: str, language: str = "en", source: str = "") -> list[str]:
    return [mention.code for mention in find_countries(Document("", text, language, source))]


def rules(text: str, language: str = "en") -> list[str]:
    return [mention.rule for mention in find_countries(Document("", text, language))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The US and the U.K. met.", ["USA", "GBR"]),
        ("Let us go.", []),
        ("Ankara said that Moscow lied.", ["TUR", "RUS"]),
        ("The Kremlin denied it.", ["RUS"]),
        ("Iranian students in Hungary", ["IRN", "HUN"]),
        ("South Sudan and Sudan", ["SSD", "SDN"]),
        ("North Korea warned South Korea.", ["PRK", "KOR"]),
        ("Papua New Guinea and Guinea-Bissau", ["PNG", "GNB"]),
        ("Congo accuses Rwanda", ["COD", "RWA"]),
        ("the Republic of the Congo and the Democratic Republic of the Congo", ["COG", "COD"]),
        ("The Soviet Union and Yugoslavia", ["RUS", "SRB"]),
        ("Northern Cyprus", ["CYP"]),
        ("New Mexico and Mexico", ["USA", "MEX"]),
        ("a China cup", ["CHN"]),
        ("a china cup", []),
        ("Crimea and Kosovo", ["UKR", "XKX"]),
    ],
)
def test_english_names_demonyms_capitals_and_metonyms(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rusya'nın Türkiye'ye müdahalesi", ["RUS", "TUR"]),
        ("Rusyanın açıklaması", ["RUS"]),
        ("Türk ve Rus yetkililer ABD'de", ["TUR", "RUS", "USA"]),
        ("Kremlin'den yanıt", ["RUS"]),
        ("Mali destek verildi", []),
        ("Çin ile Almanya", ["CHN", "DEU"]),
        ("İngiltere'nin başkenti Londra'da", ["GBR", "GBR"]),
    ],
)
def test_turkish_names_with_their_suffixes(text: str, expected: list[str]) -> None:
    assert codes(text, "tr") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Россия обвинила Турцию", ["RUS", "TUR"]),
        ("с турецкими властями и российским послом в США", ["TUR", "RUS", "USA"]),
        ("В Москве и в Анкаре", ["RUS", "TUR"]),
        ("Кремля и Белого дома", ["RUS", "USA"]),
        ("между Северной Кореей и Южной Кореей", ["PRK", "KOR"]),
        ("россияне и украинцы", ["RUS", "UKR"]),
    ],
)
def test_russian_names_in_their_cases(text: str, expected: list[str]) -> None:
    assert codes(text, "ru") == expected


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("de", "Die Türkei wählt.", "TUR"),
        ("fr", "La Turquie vote.", "TUR"),
        ("es", "Turquía vota.", "TUR"),
        ("it", "La Turchia vota.", "TUR"),
        ("pt", "A Turquia vota.", "TUR"),
        ("nl", "In Turkije wordt gestemd.", "TUR"),
        ("pl", "Turcja głosuje.", "TUR"),
        ("uk", "Туреччина голосує.", "TUR"),
        ("ro", "Turcia votează.", "TUR"),
        ("el", "Η Τουρκία ψηφίζει.", "TUR"),
        ("az", "Türkiyə səs verir.", "TUR"),
        ("ar", "تركيا تنتخب", "TUR"),
        ("fa", "ترکیه رای می‌دهد", "TUR"),
        ("hu", "Törökország szavaz.", "TUR"),
        ("sv", "Turkiet röstar.", "TUR"),
    ],
)
def test_names_in_other_languages_come_from_cldr(language: str, text: str, code: str) -> None:
    assert codes(text, language) == [code]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Georgia's capital Tbilisi", ["GEO", "GEO"]),
        ("Georgia police in Atlanta said", ["USA", "USA"]),
        ("Michael Jordan scored.", []),
        ("Jordan signed a treaty with Israel.", ["JOR", "ISR"]),
        ("Chad Smith plays drums.", []),
        ("Roast Turkey for dinner, with gravy and stuffing.", []),
        ("Turkey voted on Sunday.", ["TUR"]),
        ("in Paris, Texas, and in Paris, France", ["USA", "USA", "FRA", "FRA"]),
        ("a fire in Edmonton, Ky., on Sunday", ["USA"]),
        ("the Indian Ocean", []),
        ("Latin America and North America", []),
        ("The Washington Post wrote", []),
        ("Georgia, Russia and Ukraine", ["GEO", "RUS", "UKR"]),
        ("Jack London wrote", []),
    ],
)
def test_ambiguous_names_are_resolved(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_the_rule_of_a_decision_is_named() -> None:
    assert rules("Georgia police in Atlanta said")[0] == "ambiguous.georgia"
    assert rules("in Paris, Texas")[0] == "country.qualified"
    assert rules("The Kremlin") == ["country.metonym"]


def test_a_town_lies_where_the_one_lies_that_it_is_beside() -> None:
    assert codes("at a house in Edmonton, south of Brisbane") == ["AUS", "AUS"]


def test_a_body_of_one_state_names_it() -> None:
    assert codes("by Social Security Administration standards") == ["USA"]


def test_the_outlet_tells_which_town_is_meant() -> None:
    assert codes("Police in London arrested a man.", source="lfpress.ca") == ["CAN"]
    assert codes("Police in London arrested a man.", source="example.com") == ["GBR"]


def test_every_mention_stands_at_its_span() -> None:
    doc = Document("U.S. and Türkiye", "Rusya'nın U.S. ve Ankara.")
    for mention in find_countries(doc):
        assert doc.part(mention.field).text[mention.start : mention.end] == mention.text
    assert find_countries(doc)[0].text == "U.S."


def test_a_misspelt_country_is_found_and_labelled() -> None:
    (mention,) = find_countries(Document("", "Ethopia agreed.", "en"))
    assert (mention.code, mention.rule) == ("ETH", "fuzzy.typo")


def test_a_surname_one_changed_letter_away_is_no_country() -> None:
    assert codes("Mr. Armenta and the Americas") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GRANBURY — The mayor spoke.", []),
        ("TORRINGTON — The mayor spoke.", ["USA"]),
        ("A man was held in Torrington.", ["USA"]),
        ("Torrington police held a man.", ["USA"]),
        ("Torrington smiled.", []),
        ("A fire broke out in Lincoln.", ["USA"]),
        ("A speech of Lincoln on Monday", []),
        ("in Lincoln Riley's team", []),
        ("They met in Tipperary.", ["IRL"]),
        ("A district of Oxfordshire and a village in Maharashtra", ["GBR", "IND"]),
        ("Central and Northern voters; Kerry and Clare agreed.", []),
    ],
)
def test_the_words_around_a_name_make_it_a_town(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_clues_of_public_life_tell_which_town_is_meant() -> None:
    assert codes("Police in Richmond searched a house.") == ["USA"]
    assert codes("Police in Richmond and the RCMP searched a house; Mounties came.") == ["CAN"]


def test_a_local_paper_means_its_own_town() -> None:
    assert codes("Ontario's crisis reached London.", source="lfpress.com") == ["CAN", "CAN"]
    assert codes("The crisis reached London.", source="nytimes.com") == ["GBR"]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("zh", "俄罗斯否认干预土耳其大选,美国表示关注。", ["RUS", "TUR", "USA"]),
        ("ja", "ロシアはトルコの選挙への介入を否定した。米国とモスクワ。", ["RUS", "TUR", "USA", "RUS"]),
        ("th", "รัสเซียปฏิเสธการแทรกแซงการเลือกตั้งในตุรกี", ["RUS", "TUR"]),
        ("ko", "러시아가 튀르키예 대선에 개입했다는 의혹을 부인했다. 미국은", ["RUS", "TUR", "USA"]),
        ("ar", "نفت روسيا التدخل في الانتخابات التركية، وتركيا للصين", ["RUS", "TUR", "TUR", "CHN"]),
        ("fa", "روسیه دخالت در انتخابات ترکیه را رد کرد", ["RUS", "TUR"]),
        ("he", "רוסיה הכחישה התערבות בבחירות בטורקיה. הנשיא הרוסי וארה״ב", ["RUS", "TUR", "RUS", "USA"]),
        ("el", "Η Ρωσία αρνείται παρέμβαση στις εκλογές της Τουρκίας, η ρωσική κυβέρνηση", ["RUS", "TUR", "RUS"]),
        ("ka", "რუსეთმა უარყო თურქეთის არჩევნებში ჩარევა", ["RUS", "TUR"]),
        ("hy", "Ռուսաստանը հերքեց Թուրքիայի ընտրություններին միջամտելը", ["RUS", "TUR"]),
        ("uk", "Росія заперечує втручання у вибори в Туреччині; російський уряд і Київ", ["RUS", "TUR", "RUS", "UKR"]),
        ("az", "Rusiya Türkiyədə seçkilərə müdaxiləni təkzib etdi", ["RUS", "TUR"]),
    ],
)
def test_names_are_found_inside_the_words_of_other_scripts(language: str, text: str, expected: list[str]) -> None:
    assert codes(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ja", "新しいタイプとマリオ、チャドクガではない"),
        ("ko", "수단과 방법을 가리지 않는 오만한 태도"),
        ("zh", "马里兰州的天气"),
        ("ar", "هذا تركيب جديد"),
    ],
)
def test_a_name_inside_another_word_is_no_country(language: str, text: str) -> None:
    assert codes(text, language) == []


def test_a_cut_name_stands_at_its_span() -> None:
    text = "러시아가 튀르키예에서 รัสเซีย"
    for mention in find_countries(Document("", text, "ko")):
        assert text[mention.start : mention.end] == mention.text in {"러시아", "튀르키예"}


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Kongo Demokratik Cumhuriyeti'nde seçim", "tr", ["COD"]),
        ("Kongo Cumhuriyeti'nde seçim", "tr", ["COG"]),
        ("Çekoslovakya'nın dağılması", "tr", ["CZE"]),
        ("Fildişi Sahili ordusu", "tr", ["CIV"]),
        ("Dağlık Karabağ'da çatışma", "tr", ["AZE"]),
        ("Georgia eyaletinde seçim", "tr", ["USA"]),
        ("в Республике Конго", "ru", ["COG"]),
        ("выборы в штате Джорджия", "ru", ["USA"]),
        ("в Техасе и Калифорнии", "ru", ["USA", "USA"]),
    ],
)
def test_states_that_share_a_name_are_told_apart_in_turkish_and_russian(
    text: str, language: str, expected: list[str]
) -> None:
    assert codes(text, language) == expected


@pytest.mark.parametrize(
    "text", ["Turkish delight", "Russian roulette", "A German shepherd bit him", "Stockholm syndrome", "a Brazil nut"]
)
def test_things_called_after_a_country_are_not_it(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("ru", "Переговоры в Дохе и Аддис-Абебе", ["QAT", "ETH"]),
        ("ru", "колумбийские власти и непальцы в Мюнхене", ["COL", "DEU"]),
        ("ru", "В Анкаре опровергли заявления Афин", ["TUR", "GRC"]),
        ("ru", "задержаны двое молдаван и россиянина", ["MDA", "RUS"]),
        ("tr", "Cakarta'da Kenyalı bakan", ["IDN", "KEN"]),
        ("tr", "Lahey ve Cenevre'de Kolombiyalı heyet", ["NLD", "CHE", "COL"]),
    ],
)
def test_capitals_towns_and_peoples_in_russian_and_turkish(language: str, text: str, expected: list[str]) -> None:
    assert codes(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("tr", "Mısır tarlası yandı"),
        ("tr", "Mısır üreticisi zor durumda"),
        ("tr", "Hindistan cevizi yağı"),
        ("tr", "Rus salatası tarifi"),
        ("tr", "Mali Suçları Araştırma Kurulu"),
        ("ru", "Того, кто нарушит закон, ждёт штраф"),
        ("ru", "Американские горки закрыли"),
    ],
)
def test_what_only_bears_the_name_of_a_state_is_no_state(language: str, text: str) -> None:
    assert codes(text, language) == []
