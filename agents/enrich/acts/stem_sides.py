"""Who stands on which side of a Turkish or Russian act: by case in Turkish, by order in Russian."""

# ruff: noqa: SIM905 - lists of words read best as text

from __future__ import annotations

from typing import Final

from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.text import Part, Sentence

_BY_TR: Final = "tarafindan"
_ABLATIVE_TR: Final = ("dan", "den", "tan", "ten", "ndan", "nden")
_PASSIVE_RU: Final = ("ена", "ено", "ены", "ана", "ано", "аны", "ван", "лан", "ржан", "инен", "жден")
_ANSWERED_RU: Final = ("прокоммент", "ответи", "отреагир", "реагир")
_MASCULINE_RU: Final = tuple("бвгджзйклмнпрстфхцчшщь")
_REFLEXIVE_PASSIVE_RU: Final = ("обвин", "подозрев", "критик", "осужд", "запрещ", "блокир")
"""What with -ся is done to its subject (обвиняется); others do it themselves (вмешивается)."""
_OBJECT_SUFFIXES: Final = (
    "yi",
    "yu",
    "i",
    "u",
    "ya",
    "ye",
    "a",
    "e",
    "yla",
    "yle",
    "dan",
    "den",
    "tan",
    "ten",
    "nin",
    "nun",
    "in",
    "un",
    "ni",
    "nu",
    "na",
    "ne",
    "ndan",
    "nden",
    "nla",
    "nle",
)
"""Accusative, dative, instrumental, ablative and genitive of Turkish, folded: whoever bears one is not the subject."""
GENITIVE: Final = ("nin", "nun", "in", "un")
_DATIVE_TR: Final = ("ya", "ye", "a", "e", "na", "ne")
WHERE_TR: Final = (
    "da",
    "de",
    "ta",
    "te",
    "dan",
    "den",
    "tan",
    "ten",
    "ndan",
    "nden",
    "ya",
    "ye",
    "a",
    "e",
    "na",
    "ne",
)
"""Cases of a place: where something was done, from where, and to whom somebody was called."""
_OFFICE_ENDINGS: Final = {
    "ndan": "ndan", "nden": "nden", "nin": "nin", "nun": "nun", "yla": "yla", "yle": "yle", "ini": "ni", "unu": "nu",
    "ina": "na", "una": "na", "ine": "ne", "une": "ne",
}  # fmt: skip
"""How an office or a body ends that is declined without an apostrophe (`istihbaratının`, `Bakanlığına`), and the case.

Its own last vowel is none, nor what stands before it: `Başkanı` is the president, `Başkanını` whom something is done to."""
_MEDIATED: Final = ("arabulucu", "посредничеств")
_RUSSIAN_BREAKS: Final = frozenset("что который которая которые которое после когда если".split())


def mentions_in(low: int, high: int, covering: dict[int, Mention]) -> list[tuple[int, Mention]]:
    """The mentions of words `low:high`, each with the first of its words there, in text order."""
    found: list[tuple[int, Mention]] = []
    for at in range(low, high):
        mention = covering.get(at)
        if mention is not None and (not found or found[-1][1] is not mention):
            found.append((at, mention))
    return found


def _parties(part: Part, low: int, high: int, covering: dict[int, Mention]) -> list[tuple[int, Mention]]:
    """The mentions of a clause without those who only mediate: `Katar'ın arabuluculuğunda`, `при посредничестве Катара`."""
    inside = mentions_in(low, high, covering)
    helped = next((k for k in range(low, high) if part.words[k].startswith(_MEDIATED)), None)
    if helped is None:
        return inside
    if part.words[helped].startswith("посредн"):
        return [(at, one) for at, one in inside if at < helped]
    return [(at, one) for at, one in inside if at > helped] or inside


def owners(part: Part, first: int, at: int, covering: dict[int, Mention]) -> tuple[Mention, Mention | None] | None:
    """Of a noun at word `at` the doer, in the genitive, and to whom: `İsrail'in Gazze'ye saldırısı`; None without a doer."""
    before = [one for _, one in mentions_in(first, at, covering)]
    doer = next((one for one in reversed(before) if suffix_of(part, one) in GENITIVE), None)
    if doer is None:
        return None
    return doer, next((one for one in before if one.start > doer.start and suffix_of(part, one) in _DATIVE_TR), None)


def turkish_sides(
    part: Part, first: int, last: int, covering: dict[int, Mention], *, passive: bool
) -> tuple[Mention | None, Mention | None]:
    """Source and target of the Turkish clause of words `first:last`: who bears no case, and who bears one."""
    inside = _parties(part, first, last, covering)
    behind = [(part.word_at(one.end - 1) + 1, one) for _, one in inside]
    agent = next((one for at, one in behind if at < last and part.words[at] == _BY_TR), None)
    if agent is not None:  # "Rusya Türkiye tarafından suçlandı"
        return agent, next((one for _, one in inside if one.id != agent.id), None)
    if passive:  # "Rus diplomatlar Türkiye'den sınır dışı edildi"
        where = next((one for _, one in inside if suffix_of(part, one) in WHERE_TR), None)
        return where, next((one for _, one in inside if one is not where and not suffix_of(part, one)), None)
    bare: list[Mention] = []
    marked: list[Mention] = []
    for _, mention in inside:
        (marked if _is_marked(part, mention) else bare).append(mention)
    subject = _coordinated(part, bare)
    source = next((one for one in subject if one.rule.startswith("register.")), subject[0]) if subject else None
    if (
        source is None and marked and suffix_of(part, marked[0]) in _ABLATIVE_TR
    ):  # "Ermenistan'dan Azerbaycan'a suçlama"
        source = marked[0]
    others = [mention for mention in marked if source is None or mention.id != source.id]
    target = (
        others[0]
        if others
        else next((mention for mention in bare[len(subject) :] if source and mention.id != source.id), None)
    )
    return source, target


def _coordinated(part: Part, bare: list[Mention]) -> list[Mention]:
    """The first, and those of its state that `ve` adds to it: the party leader and candidate Kılıçdaroğlu; MİT and the police."""
    subject = bare[:1]
    for one in bare[1:]:
        if one.country != subject[0].country or part.folded[subject[-1].end : one.start] != " ve ":
            break
        subject.append(one)
    return subject


def _is_one(mention: Mention) -> bool:
    """Whether a plural verb can't be of this name alone, whose accusative looks like its nominative: `Китай`, `Тегеран`."""
    return len(mention.code) == len("CHN") and mention.text.endswith(_MASCULINE_RU) and not mention.text.isupper()


def _is_marked(part: Part, mention: Mention) -> bool:
    return suffix_of(part, mention) in _OBJECT_SUFFIXES


def suffix_of(part: Part, mention: Mention) -> str:
    """What follows the apostrophe of a name, inside the mention or right behind it; empty where there is none."""
    tail = part.folded[mention.end : mention.end + 6]
    if tail[:1] in {"'", "’"}:
        return tail[1:].split(" ")[0].rstrip(".,;:!?")
    apostrophe = max(mention.text.rfind("'"), mention.text.rfind("’"))
    if apostrophe >= 0 and " " not in mention.text[apostrophe:]:
        return part.folded[mention.start + apostrophe + 1 : mention.end]
    if not mention.rule.startswith("pattern."):
        return ""
    return next(
        (case for ending, case in _OFFICE_ENDINGS.items() if part.folded.endswith(ending, mention.start, mention.end)),
        "",
    )


def russian_sides(
    part: Part, sentence: Sentence, at: int, covering: dict[int, Mention]
) -> tuple[Mention | None, Mention | None]:
    """Source and target of the Russian act at word `at`: who stands before it, and who behind."""
    words = part.words
    high = next((k for k in range(at + 1, sentence.last) if words[k] in _RUSSIAN_BREAKS), sentence.last)
    before = [mention for _, mention in mentions_in(sentence.first, at, covering)]
    after = [mention for place, mention in _parties(part, sentence.first, high, covering) if place > at]
    source = before[0] if before else None
    others = [mention for mention in (*after, *before[1:]) if source is None or mention.id != source.id]
    other = others[0] if others else None
    if (
        words[at].startswith("обвинени")
        and at + 1 in covering
        and any(words[k].startswith(_ANSWERED_RU) for k in range(sentence.first, at))
    ):  # "прокомментировали обвинения Кылычдароглу"
        return covering[at + 1], source
    if "адрес" in words[at + 1 : high]:  # "обвинения Турции в адрес России"
        meant = words.index("адрес", at + 1)
        accuser = next((one for place, one in mentions_in(at + 1, meant, covering) if place == at + 1), None)
        accused = next((one for _, one in mentions_in(meant + 1, high, covering)), None)
        return accuser or source, accused
    against = next((k for k in range(sentence.first, high) if words[k] == "против"), None)
    if against is not None and words[at].startswith("санкци"):  # "против турецких компаний введены санкции США"
        hit = next((one for _, one in mentions_in(against + 1, high, covering)), None)
        by = next((one for one in (*before, *after) if hit is None or one.id != hit.id), None)
        return by, hit
    passive = words[at].endswith(_PASSIVE_RU) or (
        words[at].endswith("ся") and words[at].startswith(_REFLEXIVE_PASSIVE_RU)
    )
    accusative = source is not None and source.text.lower().endswith(("ю", "у")) and words[at].endswith(("или", "яют"))
    if passive or accusative:  # "Россия обвиняется", "Россию обвинили"
        return other, source
    opens = len(before) == 1 and part.word_at(before[0].start) == sentence.first
    if opens and words[at].endswith("ли") and _is_one(before[0]):  # "Китай обвинили во вмешательстве в Канаде"
        return None, source
    return source, other
