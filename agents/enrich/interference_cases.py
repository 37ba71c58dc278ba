"""What the case of a country's name says of its side, in Turkish and in Russian."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from agents.enrich.mentions import Mention
from agents.enrich.text import Part
from agents.enrich.themes import ThemeHit

Side = Literal["perpetrator", "target", "none"]

_GENITIVE = ("nin", "nun", "in", "un")
_LOCATIVE = ("de", "da", "te", "ta", "deki", "daki", "teki", "taki", "ye", "ya", "e", "a")
_ACCUSATIVE = ("yi", "yu", "i", "u")
_ABLATIVE = ("den", "dan", "ten", "tan")
_VOTED_TR = (
    "secimleri", "secimin", "secimi", "sandi", "demokrasi", "hukumet", "referandum", "ic ", "icisleri", "meclis",
    "siyaset",
)  # fmt: skip
"""With a possessive ending: `Türkiye'nin seçimlerine`, but not `Rusya'nın seçimlere müdahalesi`."""
_ACCUSING_TR = ("sucla", "suclu", "itham")
_IN_RU = frozenset(["в", "во", "на", "против"])
_OF_RU = frozenset(["со", "от", "из", "за"])
_ACCUSATION_RU = ("обвинени",)
_DENYING_RU = ("опроверг", "отверг", "отрица", "отриц")
_SAYING_RU = ("обвини", "обвиня", *_DENYING_RU)
_VOTED_RU = ("выбор", "голосован", "референдум", "демократ", "власт")


def case_of(part: Part, mention: Mention, at: int, hits: Sequence[ThemeHit], language: str) -> tuple[Side, int]:
    """The side that the case of a mention, and the words beside it, give a country, and how many votes.

    Args:
        part: the field.
        mention: the country or actor.
        at: its first word.
        hits: where the sentence expresses themes.
        language: tr or ru.
    """
    return _turkish(part, mention, hits) if language == "tr" else _russian(part, mention, at, hits)


def suffix_of(part: Part, mention: Mention) -> str:
    """The Turkish suffix after the apostrophe, folded; empty where there is none."""
    tail = part.folded[mention.end : mention.end + 8]
    if tail[:1] in {"'", "’"}:
        return tail[1:].split(" ")[0].rstrip('.,;:!?"”')
    at = max(mention.text.rfind("'"), mention.text.rfind("’"))
    return part.folded[mention.start + at + 1 : mention.end] if at >= 0 else ""


def _turkish(part: Part, mention: Mention, hits: Sequence[ThemeHit]) -> tuple[Side, int]:
    suffix = suffix_of(part, mention)
    after = part.folded[mention.end : mention.end + 40]
    rest = after.split(" ", 1)[1] if " " in after else ""
    sentence = part.sentences[hits[0].sentence]
    text = part.folded[sentence.start : sentence.end]
    accusing = any(stem in text for stem in _ACCUSING_TR)
    voted = rest.startswith(_VOTED_TR)
    beside = any(0 <= part.starts[hit.first] - mention.end <= 1 for hit in hits)  # "Rus dezenformasyonu"
    early = mention.start < part.starts[hits[0].first]
    return _first(
        (suffix in _LOCATIVE, "target", 3),
        (suffix in _ACCUSATIVE and accusing, "perpetrator", 4),
        (suffix in _ACCUSATIVE, "target", 2),
        (suffix in _ABLATIVE, "perpetrator", 1),
        (voted, "target", 3),
        (suffix in _GENITIVE, "perpetrator", 2),
        (accusing or after[:1] in {",", ":"}, "target", 1),  # the speaker
        (beside, "perpetrator", 3),
        (True, "perpetrator", 2 if early else 1),
    )


def _russian(part: Part, mention: Mention, at: int, hits: Sequence[ThemeHit]) -> tuple[Side, int]:
    words = part.words
    before = words[max(at - 2, 0) : at]
    following = words[at + 1 : at + 3]
    sentence = part.sentences[hits[0].sentence]
    verb = next((k for k in range(sentence.first, sentence.last) if words[k].startswith(_SAYING_RU)), None)
    last = before[-1] if before else ""
    denied = verb is not None and words[verb].startswith(_DENYING_RU)
    accused = verb is not None and not denied
    early = verb is not None and at < verb
    return _first(
        (last in _IN_RU or last.startswith(_ACCUSATION_RU), "target", 3),
        (last.startswith(_VOTED_RU) or any(word.startswith(_VOTED_RU) for word in following[:1]), "target", 3),
        (last.startswith("сто") and "за" in words[sentence.first : at], "perpetrator", 4),  # "за этим стоит Россия"
        (denied and early, "perpetrator", 3),
        (accused and early, "target", 1),
        (denied, "target", 1),
        (accused, "perpetrator", 3),
        (any(hit.last == at for hit in hits), "perpetrator", 3),  # "вмешательство России"
        (any(hit.first in {at + 1, at + 2} for hit in hits), "perpetrator", 3),  # "российские хакеры"
        (":" in part.text[mention.end : mention.end + 12], "target", 1),  # the speaker
        (at < hits[0].first, "perpetrator", 1),
        (True, "target", 1),
    )


def _first(*rules: tuple[bool, Side, int]) -> tuple[Side, int]:
    """The verdict of the first rule that holds."""
    return next((side, vote) for holds, side, vote in rules if holds)
