"""Acts in Turkish and Russian: a stem gives the act, the case and the order around it give the sides.

Turkish puts the verb last and marks the object by a suffix, after an apostrophe where the name is proper
(`Kılıçdaroğlu Rusya'yı suçladı`); Russian puts the subject before the verb as a rule and the object after it.
"""

# ruff: noqa: SIM905 - lists of words read best as text

from __future__ import annotations

from collections.abc import Iterable

from agents.enrich.clauses_parties import NOBODY
from agents.enrich.mentions import Mention
from agents.enrich.text import Part, Sentence
from agents.enrich.verbs import StemRow, plover_of, stem_lookout, stem_rows, stems
from agents.enrich.verbs_algebra import apply
from schemas.records import ClaimStatus, Interaction, Party

MAX_SENTENCES = 40
CLAIMED = frozenset({"112", "016"})
_OBJECT_SUFFIXES = (
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
)
"""Accusative, dative, instrumental, ablative and genitive of Turkish, folded: whoever bears one is not the subject."""
_RUSSIAN_BREAKS = frozenset("что который которая которые которое после когда если".split())


def stem_interactions(part: Part, covering: dict[int, Mention], language: str) -> Iterable[Interaction]:
    """Interactions of one field, in text order."""
    table = stems(language)
    heads = [(at, row) for at in part.wanted(stem_lookout(language)) for row in stem_rows(table, part.words[at])]
    if not heads:
        return
    for sentence in part.sentences[:MAX_SENTENCES]:
        inside = [(at, row) for at, row in heads if sentence.first <= at < sentence.last]
        if inside:
            yield from _read(part, sentence, inside, covering, language)


def _read(
    part: Part, sentence: Sentence, heads: list[tuple[int, StemRow]], covering: dict[int, Mention], language: str
) -> Iterable[Interaction]:
    words = part.words[sentence.first : sentence.last]
    done: set[int] = set()
    if any(row.act.cameo == "016" for _, row in heads):
        heads = [(at, row) for at, row in heads if row.act.cameo == "016"]  # "denied the accusations"
    claimed = any(row.act.cameo in CLAIMED for _, row in heads)
    for at, row in heads:
        if claimed and row.act.cameo not in CLAIMED:
            continue  # what is claimed or denied is no act of the one who says so
        if at in done or (row.act.needs and not _has(words, row.act.needs)):
            continue
        if row.act.particle and not (at + 1 < sentence.last and part.words[at + 1].startswith(row.act.particle)):
            continue
        done.add(at)
        cameo = row.act.cameo
        if row.act.operator is not None:
            inner = next((other.act.cameo for k, other in heads if k != at and other.act.cameo), None)
            cameo = apply(row.act.operator, inner) if inner else cameo
        if cameo is None:
            continue
        source, target = (
            _turkish_sides(part, sentence, covering)
            if language == "tr"
            else _russian_sides(sentence, at, covering, part)
        )
        if source is None and target is None:
            continue
        yield Interaction(
            _party(source), _party(target), cameo, plover_of(cameo), _status(cameo), NOBODY,
            part.span(part.starts[at], part.ends[at], f"stem.{language}"), 0.8 if source and target else 0.55,
        )  # fmt: skip


def _has(words: list[str], needs: frozenset[str]) -> bool:
    return any(word.startswith(tuple(needs)) for word in words)


def _status(cameo: str) -> ClaimStatus:
    if cameo.startswith("112") or cameo in {"170", "176"}:
        return ClaimStatus.ALLEGED
    return ClaimStatus.DENIED if cameo == "016" else ClaimStatus.REPORTED


def _party(mention: Mention | None) -> Party:
    return NOBODY if mention is None else Party(mention.code, mention.name, mention.text)


def _mentions(low: int, high: int, covering: dict[int, Mention]) -> list[tuple[int, Mention]]:
    found: list[tuple[int, Mention]] = []
    for at in range(low, high):
        mention = covering.get(at)
        if mention is not None and (not found or found[-1][1] is not mention):
            found.append((at, mention))
    return found


def _turkish_sides(
    part: Part, sentence: Sentence, covering: dict[int, Mention]
) -> tuple[Mention | None, Mention | None]:
    inside = _mentions(sentence.first, sentence.last, covering)
    bare: list[Mention] = []
    marked: list[Mention] = []
    for _, mention in inside:
        (marked if _is_marked(part, mention) else bare).append(mention)
    source = bare[0] if bare else None
    others = [mention for mention in marked if source is None or mention.id != source.id]
    target = (
        others[0] if others else next((mention for mention in bare[1:] if source and mention.id != source.id), None)
    )
    return source, target


def _is_marked(part: Part, mention: Mention) -> bool:
    tail = part.folded[mention.end : mention.end + 6]
    if tail[:1] in {"'", "’"}:
        return tail[1:].split(" ")[0].rstrip(".,;:!?") in _OBJECT_SUFFIXES
    apostrophe = max(mention.text.rfind("'"), mention.text.rfind("’"))
    if apostrophe >= 0:
        inside = part.folded[mention.start + apostrophe + 1 : mention.end]
        return inside in _OBJECT_SUFFIXES
    return False


def _russian_sides(
    sentence: Sentence, at: int, covering: dict[int, Mention], part: Part
) -> tuple[Mention | None, Mention | None]:
    high = next((k for k in range(at + 1, sentence.last) if part.words[k] in _RUSSIAN_BREAKS), sentence.last)
    before = [mention for _, mention in _mentions(sentence.first, at, covering)]
    after = [mention for _, mention in _mentions(at + 1, high, covering)]
    source = before[0] if before else None
    others = [mention for mention in (*after, *before[1:]) if source is None or mention.id != source.id]
    return source, others[0] if others else None
