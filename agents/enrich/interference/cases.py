"""What the case of a country's name, and the words beside it, say of its side, in Turkish and in Russian.

The rules of a language are asked in order; the first that holds gives the side and how many votes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from agents.enrich.interference.themes import ThemeHit
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.text import Part

Side = Literal["perpetrator", "master", "target", "none"]
"""A master is a perpetrator whom somebody is said to serve."""

CASED: Final = frozenset({"tr", "ru"})
"""Languages whose cases always give a country a side, so that none is merely guessed."""

_GENITIVE: Final = ("nin", "nun", "in", "un")
_DATIVE: Final = ("ye", "ya", "e", "a", "ne", "na")
_LOCATIVE: Final = ("de", "da", "te", "ta", "deki", "daki", "teki", "taki")
_ACCUSATIVE: Final = ("yi", "yu", "i", "u")
_ABLATIVE: Final = ("den", "dan", "ten", "tan", "nden", "ndan")
_PLURAL_DATIVE: Final = ("lara", "lere")
_VOTED_TR: Final = (
    "secimleri", "secimin", "secimi", "sandi", "demokrasi", "hukumet", "referandum", "ic ", "icisleri", "meclis",
    "siyaset", "secmen", "devlet",
)  # fmt: skip
"""With a possessive ending: `Türkiye'nin seçimlerine`, but not `Rusya'nın seçimlere müdahalesi`."""
_ACCUSING_TR: Final = ("sucla", "suclu", "itham")
_FOR_TR: Final = (
    "adina",
    "lehine",
    "hesabina",
    "istihbarati adina",
    "icin casus",
    "istihbarat",
    "gizli servis",
    "ajan",
    "adli",
)
"""After a state's name: on its behalf, its secret service."""
_SERVING_TR: Final = ("calis", "casus", "bilgi", "sizdir", "ajan", "muhbir", "gizli")
"""After a dative: `Çin'e casusluk`, `İran'a çalışan`."""
_BLOW_TR: Final = ("darbe", "operasyon", "tepki", "sucla", "nota", "yaptirim", "uyari", "cagri")
_OVER_TR: Final = ("yuzunden", "nedeniyle", "meselesi", "konusunda", "sorunu")
"""After a state's name: it is what the quarrel is about."""
_SENT_TR: Final = ("gel", "gonder", "talimat", "yonet", "emir", "emri", "para", "finans", "fon")
"""After an ablative: sent or paid from there."""
_NOT_TO_TR: Final = ("etmeme ", "karismama ")
"""Asked not to meddle."""
_TIED_TR: Final = ("yla", "yle", "la", "le")
_HANDS_TR: Final = ("hacker", "korsan", "istihbarat", "trol", "servis", "ajan", "casus")
"""Whoever acts for a state, not whom it is done to."""
_BREAKS_TR: Final = ("iliski", "bag", "diploma")
_PEOPLE_TR: Final = ("cift", "kisi", "vatandas", "ogrenci", "is insan", "turist")

_IN_RU: Final = frozenset(["в", "во", "против"])
_ACCUSATION_RU: Final = ("обвинени",)
_DENYING_RU: Final = ("опроверг", "отверг", "отрица", "отриц", "беспочв", "лжец")
_ACCUSING_RU: Final = ("обвини", "обвиня")
_REACTING_RU: Final = (
    "задерж", "арест", "высла", "высыла", "выдвор", "вызва", "разоблач", "раскры", "осуди", "осуж", "приговор", "возлож",
    "ввел", "казн", "допрос", "предупре", "подозрева", "отмен", "заяви", "сообщ", "прокоммент", "закры", "отозва", "отзыва",
    "счита", "назва", "пожалова", "обнаруж", "заблокир", "блокир", "запре", "поймал", "судят", "сорва", "разорва", "выяви",
    "установи", "пресек",
)  # fmt: skip
_VOTED_RU: Final = ("выбор", "голосован", "референдум", "демократ", "власт", "избирател", "чиновник", "депутат")
_BEHALF_RU: Final = ("задани", "польз", "поручени", "указани", "приказ", "поддержк", "имени", "наводк")
_HAND_RU: Final = (
    "рук",
    "след",
    "деньг",
    "агент",
    "шпион",
    "разведк",
    "хакер",
    "спецслужб",
    "заговор",
    "тролл",
    "вмешательств",
    "кампани",
)
_SERVICES_RU: Final = ("спецслужб", "разведк", "контрразведк")
_BODIES_RU: Final = ("разведк", "спецслужб", "хакер", "тролл", "агент", "шпион")
"""After an adjective, with or without a word between: `российская военная разведка`."""
_NATIONALS_RU: Final = (
    "украинц", "белорус", "болгар", "молдаван", "серб", "россиян", "немц", "поляк", "латыш", "эстонц", "литовц", "иранц",
    "израильтян", "граждан", "афганц", "узбек", "таджик", "грузин", "армян", "азербайджанц", "китайц", "колумби",
)  # fmt: skip
"""People of a state, who may act for another one."""
_ARRANGED_RU: Final = ("организова", "устроил", "совершил", "осуществил", "провел", "профинансир")
_OBJECT_RU: Final = ("взлом", "подкуп", "убийств", "отравлен", "похищен", "поджог")
"""Nouns of a deed whose genitive is what it is done to."""
_EXPELLED_RU: Final = ("высла", "выдвор", "депортир")
_MADE_RU: Final = (
    "отдал",
    "отдан",
    "готовил",
    "подготовлен",
    "обуч",
    "тренир",
    "снял",
    "снят",
    "созда",
    "разработ",
    "сдела",
)
_VERBS_RU: Final = ("ть", "ться", "ает", "яет", "ует", "ают", "яют", "уют")
"""Before a state's name: it is done to it (`дестабилизировать Россию`)."""
_INSTRUMENTAL_RU: Final = ("ом", "ем", "ой", "ей", "ией")
_WITH_RU: Final = frozenset(["с", "со", "под", "над", "между", "перед"])
_DID_RU: Final = (
    "готовил",
    "готовит",
    "взлом",
    "украл",
    "пытал",
    "вмешива",
    "похитил",
    "потрати",
    "распростран",
    "финансир",
    "подкупа",
)


class Clues(NamedTuple):
    """What the rules look at beside a mention.

    Attributes:
        language: tr or ru.
        hits: where the sentence expresses themes.
        mentions: every mention of a state in the sentence.
        denied: whether the sentence denies.
    """

    language: str
    hits: Sequence[ThemeHit]
    mentions: Sequence[Mention]
    denied: bool


def case_of(part: Part, mention: Mention, at: int, clues: Clues) -> tuple[Side, int]:
    """The side that the case of a mention, and the words beside it, give a country, and how many votes.

    Args:
        part: the field.
        mention: the country or actor.
        at: its first word.
        clues: of its sentence.
    """
    return _turkish(part, mention, clues) if clues.language == "tr" else _russian(part, mention, at, clues)


def suffix_of(part: Part, mention: Mention) -> str:
    """The Turkish suffix after the apostrophe, folded; empty where there is none."""
    tail = part.folded[mention.end : mention.end + 8]
    if tail[:1] in {"'", "’"}:
        return tail[1:].split(" ")[0].rstrip('.,;:!?"”')
    at = max(mention.text.rfind("'"), mention.text.rfind("’"))
    return part.folded[mention.start + at + 1 : mention.end] if at >= 0 else ""


def _turkish(part: Part, mention: Mention, clues: Clues) -> tuple[Side, int]:
    suffix = suffix_of(part, mention)
    hits = clues.hits
    after = part.folded[mention.end : mention.end + 40]
    rest = after.split(" ", 1)[1] if " " in after else ""
    sentence = part.sentences[hits[0].sentence]
    text = part.folded[sentence.start : sentence.end]
    accusing = any(stem in text for stem in _ACCUSING_TR)
    voted = rest.startswith(_VOTED_TR)
    beside = any(0 <= part.starts[hit.first] - mention.end <= 1 for hit in hits)  # "Rus dezenformasyonu"
    early = mention.start < part.starts[hits[0].first]
    serving = any(word.startswith(_SERVING_TR) for word in rest.split(" ")[:2])
    from_first = any(one.start < mention.start and suffix_of(part, one) in _ABLATIVE for one in clues.mentions)
    speaker: Side = "perpetrator" if clues.denied else "target"
    accuser = suffix in _GENITIVE and clues.denied and ("suclama" in after or "iddia" in after)
    blow = any(word.startswith(_BLOW_TR) for word in rest.replace(":", " ").split(" ")[:1])
    blow = blow or any(word.startswith("sucla") for word in rest.split(" ")[:3])  # "Rusya'ya 'deepfake' suçlaması"
    told = any(
        one.end < mention.start
        and (part.folded[one.end : one.end + 1] == ":" or " gore" in part.folded[one.end : one.end + 9])
        for one in clues.mentions
    )
    ends = mention.end + len(suffix) + 1 >= sentence.end - 1  # "emirler Moskova'dan"
    named = part.folded[
        mention.start : mention.end + (after + " ").find(" ", 1)
    ]  # with the word behind: "Alman vekilin"
    owner = not suffix and named.endswith(_GENITIVE) and len(clues.mentions) > 1
    owner = owner and not any(word in named for word in _HANDS_TR)
    sent = (suffix in _ABLATIVE and ends) or (
        suffix in _ABLATIVE and any(word.startswith(_SENT_TR) for word in rest.split(" ")[:2])
    )
    plural = part.folded[mention.start : mention.end].endswith(_PLURAL_DATIVE)
    return _first(
        (suffix in _ABLATIVE and mention.start == sentence.start, speaker, 3),  # "MİT'ten Mossad'a darbe"
        (from_first and (plural or (suffix in _DATIVE and blow)), "perpetrator", 4),
        (not suffix and rest.split(" ")[0].endswith(":"), speaker, 3),  # "Litvanya İstihbaratı: ..."
        (rest.startswith(_FOR_TR) or (suffix in _DATIVE and serving), "master", 4),
        (mention.code.endswith("SPY") and serving, "master", 4),  # "Yunan istihbaratına çalışan"
        (rest.startswith("gore "), "none", 0),  # "Kremlin'e göre"
        (
            suffix in _DATIVE and any(word in text for word in _NOT_TO_TR),
            "perpetrator",
            4,
        ),  # "Rusya'ya ... etmeme çağrısı"
        (suffix in _TIED_TR and rest.startswith(_BREAKS_TR), "perpetrator", 4),  # "İran'la ilişkilerini kesti"
        (sent, "perpetrator", 4),  # "Riyad'dan gelen infaz timi"
        (not suffix and rest.startswith(_OVER_TR), "none", 0),
        (owner, "target", 3),  # "Alman vekilin Çinli danışmanı"
        (not suffix and told and after[:1] == ",", "perpetrator", 3),  # "Tayvan: Çin, seçim öncesi ..."
        (not suffix and after[:1] == ",", speaker, 3),
        (not suffix and after[:1] == ":", speaker, 2),
        (accuser, "target", 4),
        (mention.rule == "implied.hand" or mention.code.endswith("SPY"), "perpetrator", 3),
        (not suffix and rest.startswith(_PEOPLE_TR), "none", 0),
        (suffix in _LOCATIVE or suffix in _DATIVE, "target", 4),
        (suffix in _ACCUSATIVE and accusing, "perpetrator", 4),
        (suffix in _ACCUSATIVE, "target", 2),
        (suffix in _ABLATIVE, "perpetrator", 1),
        (voted, "target", 3),
        (beside, "perpetrator", 3),
        (suffix in _GENITIVE, "perpetrator", 2),
        (accusing, "target", 1),  # the speaker
        (True, "perpetrator", 2 if early else 1),
    )


def _russian(part: Part, mention: Mention, at: int, clues: Clues) -> tuple[Side, int]:
    words, hits = part.words, clues.hits
    before = words[max(at - 2, 0) : at]
    following = words[at + 1 : at + 3]
    sentence = part.sentences[hits[0].sentence]
    verb = next(
        (k for k in range(sentence.first, sentence.last) if words[k].startswith(_ACCUSING_RU + _DENYING_RU)), None
    )
    reaction = next((k for k in range(sentence.first, sentence.last) if words[k].startswith(_REACTING_RU)), None)
    warns = reaction is not None and words[reaction].startswith("предупре")
    last = before[-1] if before else ""
    denied = verb is not None and words[verb].startswith(_DENYING_RU)
    accused = verb is not None and not denied
    early = verb is not None and at < verb
    named = mention.text[:1].isupper() and mention.rule != "country.adjective"
    instrumental = named and words[at].endswith(_INSTRUMENTAL_RU) and last not in _WITH_RU and len(words[at]) > 4  # noqa: PLR2004
    spying = any(word.startswith(("шпион", "работ")) for word in words[max(at - 3, 0) : at])
    adjective = not named or mention.rule == "country.demonym"
    body = adjective and "ск" in words[at] and any(word.startswith(_BODIES_RU) for word in words[at + 1 : at + 3])
    served = any(
        words[k].startswith(_BEHALF_RU) or (words[k] == "на" and words[k - 1].startswith(("шпион", "работ")))
        for k in range(sentence.first + 1, sentence.last)
    )
    nationals = served and words[at].startswith(_NATIONALS_RU) and "ск" not in words[at]
    hand = mention.rule == "implied.hand" or mention.code.endswith("SPY")
    did = any(word.startswith(_DID_RU) for word in words[at + 1 : at + 4])
    return _first(
        (last.startswith(_BEHALF_RU) or (last == "на" and spying), "master", 4),  # "по заданию Москвы"
        (last == "из" and any(word.startswith(_EXPELLED_RU) for word in before), "target", 4),  # "выслан из Канады"
        (last == "в" and bool(before) and before[0].startswith("вед"), "perpetrator", 4),  # "след ведёт в Россию"
        (last.startswith(_ARRANGED_RU), "perpetrator", 4),  # "взлом организовали Эмираты"
        (last.startswith(_OBJECT_RU) and not body, "target", 3),  # "взлом катарского агентства"
        (nationals, "none", 0),  # "двое украинцев, работавших на Россию"
        (body, "perpetrator", 4),
        (last == "в" and bool(before) and before[0].startswith(_MADE_RU), "perpetrator", 3),  # "готовили в России"
        (last in _IN_RU or last.startswith(_ACCUSATION_RU), "target", 3),
        (
            last == "на" or last.startswith(_VOTED_RU) or any(word.startswith(_VOTED_RU) for word in following[:1]),
            "target",
            3,
        ),
        (last.startswith("сто") and "за" in words[sentence.first : at], "perpetrator", 4),  # "за этим стоит Россия"
        (instrumental, "perpetrator", 4),  # "завербованный Киевом"
        (denied and early, "perpetrator", 3),
        (accused and early, "target", 1),
        (denied, "target", 1),
        (accused, "perpetrator", 3),
        (any(hit.last == at and words[at - 1].endswith(_VERBS_RU) for hit in hits), "target", 3),
        (last.startswith(_SERVICES_RU) and reaction == at + 1, "target", 3),  # "спецслужбы Румынии выявили"
        (last.startswith(_HAND_RU) or any(hit.last == at for hit in hits), "perpetrator", 3),  # "вмешательство России"
        (any(hit.first in {at + 1, at + 2} for hit in hits) and not named, "perpetrator", 3),  # "российские хакеры"
        (
            ":" in part.text[mention.end : mention.end + 12],
            "perpetrator" if clues.denied else "target",
            2,
        ),  # the speaker
        (did and not named, "perpetrator", 3),
        (reaction is not None and at < reaction, "target", 1 if warns else 2),  # "Россия высылает ..."
        (hand or did, "perpetrator", 3),
        (any(hit.first in {at + 1, at + 2} for hit in hits), "perpetrator", 2),
        (reaction is not None, "perpetrator", 2),
        (at < hits[0].first, "perpetrator", 1),
        (True, "target", 1),
    )


def _first(*rules: tuple[bool, Side, int]) -> tuple[Side, int]:
    """The verdict of the first rule that holds."""
    return next((side, vote) for holds, side, vote in rules if holds)
