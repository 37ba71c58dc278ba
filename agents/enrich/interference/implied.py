"""States that a headline means without naming them: `Salt Typhoon` is said to be China's, `midterms` are America's.

Only for telling who is said to interfere in whom: what is implied here is no country of the article. A row of
`lexicons/implied.tsv` has the term as it is written (capitals count), alpha-3, side (`hand`: it is said to act for that
state; `home`: it is what happens or stands in that state; `either`: it may be on either side), language, date and source.
`lexicons/implied_beside.tsv` is of terms that mean a state only beside another one (`the North` beside South Korea, the `KGB`
beside Belarus); they mean it whatever else the same words would name.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Sequence
from importlib import resources
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from agents.enrich.reading.matching import Hit, PhraseIndex
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.sorted_ints import count_below
from agents.enrich.reading.text import Part
from schemas.errors import KnowledgeError

SIDES: Final = ("hand", "home", "either")
CONFIDENCE: Final = 0.5
FOR: Final = 4
"""Words before a state's name in which stands what is done for it."""
OWNED: Final = frozenset({"owned", "made", "led", "based", "run"})
"""What is done by a state's firms as well."""
DIRECTIONS: Final = frozenset({"North", "South"})
CHARGED: Final = frozenset({"accused", "blamed", "suspected"})
ACCUSING: Final = {"tr": ("sucla", "itham", "adina", "hesabina"), "ru": ("обвин", "пользу", "заданию")}
"""Stems of accusing, and of acting on behalf of a state, folded."""
CRIMES: Final = "suclar"
"""Crimes, in Turkish, which begin as accusing does."""


class Implied(NamedTuple):
    """What a term implies."""

    term: str
    country: str
    side: str
    beside: str = ""


def read_implied() -> list[Implied]:
    """The rows of the table, checked.

    Raises:
        KnowledgeError: names row and what is wrong.
    """
    rows: list[Implied] = []
    for name in ("implied.tsv", "implied_beside.tsv"):
        text = resources.files("agents.enrich").joinpath(f"lexicons/{name}").read_text("utf-8")
        for number, row in enumerate(csv.DictReader(text.splitlines(), delimiter="\t"), 2):
            if row["side"] not in SIDES:
                raise KnowledgeError(f"{name}:{number}: side {row['side']!r} is none of {', '.join(SIDES)}")
            rows.append(Implied(row["term"], row["country"], row["side"], row.get("beside") or ""))
    return rows


@functools.cache
def _index() -> PhraseIndex[Implied]:
    return PhraseIndex((row.term, row) for row in read_implied())


def find_implied(part: Part, mentions: Sequence[Mention]) -> list[Mention]:
    """The states that a field implies, as mentions, where no state is named by the same words."""
    given = {id(one) for one in mentions}
    return [one for one in states_of(part, mentions) if id(one) not in given]


def _is_beside(part: Part, hit: Hit[Implied], states: Sequence[Mention]) -> bool:
    """Whether the state that gives a term its meaning is named, and the term is no part of another name: `North Sea`."""
    following = part.text[part.ends[hit.last - 1] :][:2]
    if following[:1] in {" ", "-"} and following[1:].isupper() and hit.what.term in DIRECTIONS:
        return False
    return any(one.country == hit.what.beside for one in states)


def _implied(part: Part, hit: Hit[Implied]) -> Mention | None:
    start, end, row = part.starts[hit.first], part.ends[hit.last - 1], hit.what
    text = part.text[start:end]
    if not _is_written_as(text, row.term):
        return None
    return Mention(
        field=part.field, start=start, end=end, text=text, kind="actor", code=row.country, country=row.country,
        name=text, roles=(), confidence=CONFIDENCE, rule=f"implied.{row.side}", id=f"implied:{row.term}",
    )  # fmt: skip


def _is_named(one: Mention, starts: list[int], ends: list[int]) -> bool:
    """Whether one of the named states shares a code point: where each starts, and the furthest end of all up to it."""
    before = count_below(starts, one.end)
    return before > 0 and ends[before - 1] > one.start


def states_of(part: Part, mentions: Sequence[Mention]) -> list[Mention]:
    """The states that a field implies where no state is named by the same words, and those that it names.

    What means a state only beside another one means it whatever the same words name: the KGB beside Belarus.
    """
    stated = [one for one in mentions if one.field is part.field and one.country]
    hits = _index().find(part)
    if not hits:
        return stated
    always = [one for hit in hits if not hit.what.beside and (one := _implied(part, hit)) is not None]
    if always:
        always = _unnamed(always, stated)
    beside = [
        one
        for hit in hits
        if hit.what.beside and _is_beside(part, hit, [*always, *stated]) and (one := _implied(part, hit)) is not None
    ]
    if not beside:
        return [*always, *stated]
    firm = [one for one in beside if one.text not in DIRECTIONS]
    kept = _unnamed([*always, *stated], firm) if firm else [*always, *stated]
    return [*_unnamed(beside, kept), *kept]


def _unnamed(found: Sequence[Mention], named: Sequence[Mention]) -> list[Mention]:
    """Those whose words name none of these."""
    spans = sorted([(one.start, one.end) for one in named])
    starts = [start for start, _ in spans]
    ends = list(accumulate([end for _, end in spans], max))
    return [one for one in found if not _is_named(one, starts, ends)]


def has_hand(
    part: Part, states: Sequence[Mention], agents: frozenset[str], linked: frozenset[str], serving: frozenset[str]
) -> bool:
    """Whether a field speaks of somebody who acts for a state: `Russian hackers`, `Kremlin-backed`, `spied for China`."""
    for one in states:
        last = part.word_at(one.end - 1)
        after = last + 2 if part.words[last + 1 : last + 2] == ["s"] else last + 1
        word = part.words[after] if after < len(part.words) else ""
        court = one.code[3:6] == "JUD"  # "Dutch court orders"
        if one.rule == "implied.hand" or one.code.endswith("SPY") or (word in agents and not court):
            return True
        if part.words[last] in agents:
            return True
        if word in linked and "-" in part.gap(last):
            return True
        first = part.word_at(one.start)
        before = part.words[max(first - FOR, 0) : first]
        nearest = before[-1] if before else ""
        backs = nearest == "pro" and "-" in part.gap(first - 1)
        served = nearest == "for" and not serving.isdisjoint(before)
        paid = nearest == "by" and len(before) > 1 and before[-2] in linked - OWNED  # "paid by Moscow"
        if backs or served or paid:
            return True
    return False


def one_says_of_another(part: Part, states: Sequence[Mention], saying: frozenset[str]) -> bool:
    """Whether somebody of one state says something of another: `Riga: Minsk pushes migrants`, `Ethiopia says Asmara ...`."""
    for one, other in pairwise(sorted(states, key=lambda one: one.start)):
        if one.country != other.country and _says(part, one, other, saying):
            return True
    return False


def one_accuses_another(part: Part, states: Sequence[Mention], accusing: frozenset[str]) -> bool:
    """Whether a word of accusing stands between two states: `Stockholm accuses Tehran of using gangs`.

    So it does where one of them is charged at the end: `exile stabbed in London; Tehran suspected`.
    """
    for one, other in pairwise(sorted(states, key=lambda one: one.start)):
        between = range(part.word_at(one.end - 1) + 1, part.word_at(other.start) + 1)
        if one.country != other.country and any(part.words[at] in accusing for at in between):
            return True
    if any(one.start and part.words[part.word_at(one.start) - 1] in accusing for one in states):
        return True  # "exile's brother accuses Eritrea of threats in Sweden"
    last = len(part.words) - 1
    return part.words[last] in CHARGED and any(part.word_at(one.end - 1) == last - 1 for one in states)


def has_accusation(part: Part, language: str) -> bool:
    """Whether a word of accusing stands in a Turkish or Russian field; who accuses whom their cases tell."""
    stems = ACCUSING.get(language)
    return stems is not None and any(word.startswith(stems) and not word.startswith(CRIMES) for word in part.words)


def _says(part: Part, one: Mention, other: Mention, saying: frozenset[str]) -> bool:
    between = range(part.word_at(one.end - 1) + 1, part.word_at(other.start) + 1)
    return ":" in part.text[one.end : other.start] or any(part.words[at] in saying for at in between)


def _is_written_as(text: str, term: str) -> bool:
    if term.isupper():
        return text == term
    return text[:1].isupper() or not term[:1].isupper()
