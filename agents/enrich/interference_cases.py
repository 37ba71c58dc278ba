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
    if suffix in _LOCATIVE:
        return "target", 3
    if suffix in _ACCUSATIVE:
        return ("perpetrator", 4) if accusing else ("target", 2)
    if suffix in _ABLATIVE:
        return "perpetrator", 1
    if suffix in _GENITIVE:
        return ("target", 3) if rest.startswith(_VOTED_TR) else ("perpetrator", 2)
    if rest.startswith(_VOTED_TR):
        return "target", 3
    if accusing or after[:1] in {",", ":"}:  # the speaker
        return "target", 1
    if any(0 <= part.starts[hit.first] - mention.end <= 1 for hit in hits):  # "Rus dezenformasyonu"
        return "perpetrator", 3
    return "perpetrator", 2 if mention.start < part.starts[hits[0].first] else 1


def _russian(part: Part, mention: Mention, at: int, hits: Sequence[ThemeHit]) -> tuple[Side, int]:
    words = part.words
    before = words[max(at - 2, 0) : at]
    following = words[at + 1 : at + 3]
    sentence = part.sentences[hits[0].sentence]
    verb = next((k for k in range(sentence.first, sentence.last) if words[k].startswith(_SAYING_RU)), None)
    if before and (before[-1] in _IN_RU or before[-1].startswith(_ACCUSATION_RU)):
        return "target", 3
    if any(word.startswith(_VOTED_RU) for word in (*before[-1:], *following[:1])):
        return "target", 3
    if before and before[-1].startswith("сто") and "за" in words[sentence.first : at]:  # "за этим стоит Россия"
        return "perpetrator", 4
    if verb is not None:
        denied = words[verb].startswith(_DENYING_RU)
        if at < verb:
            return ("perpetrator", 3) if denied else ("target", 1)
        return ("target", 1) if denied else ("perpetrator", 3)
    if any(hit.last == at for hit in hits):  # "вмешательство России"
        return "perpetrator", 3
    if any(hit.first in {at + 1, at + 2} for hit in hits):  # "российские хакеры"
        return "perpetrator", 3
    if ":" in part.text[mention.end : mention.end + 12]:  # the speaker
        return "target", 1
    return ("perpetrator", 1) if at < hits[0].first else ("target", 1)
