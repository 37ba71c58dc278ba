"""The acts of an English sentence: which words are heads, what their auxiliaries say, and how operators nest.

No parser: parts of speech are told by the words beside a head, and an operator takes the next act within reach and
in the same clause. Cost is linear in the heads, and only sentences with a head are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from agents.enrich.verbs import Act, Entry, english, plover_of
from agents.enrich.verbs_algebra import HOSTILE, apply
from agents.enrich.verbs_forms import Tag

BREAKS = frozenset(
    ["who", "whom", "which", "whose", "where", "while", "whereas", "because", "although", "though", "after", "before", "when", "until", "unless", "despite", "amid", "following", "if", "but", "since", "as"]
)
"""Words that open another clause or an adjunct: an operator does not reach across."""

DETERMINERS = frozenset(
    ["the", "a", "an", "his", "her", "its", "their", "our", "my", "your", "this", "that", "these", "those", "any", "some", "no", "another", "s", "several", "many", "more", "new", "recent", "alleged", "two", "three", "four", "five", "both", "all", "each", "further"]
)
PREPOSITIONS = frozenset(
    ["of", "in", "for", "by", "on", "with", "from", "against", "during", "under", "over", "about", "at", "into", "between", "among", "amid", "following", "toward", "towards", "through", "after", "before", "without", "within", "across", "near", "despite", "since"]
)
BE = frozenset(["is", "are", "was", "were", "be", "been", "being", "am", "get", "gets", "got", "re", "s"])
MODALS = frozenset(["will", "would", "shall", "ll", "plans"])
OBLIGATION = frozenset(["must", "should", "ought", "needs"])
AUXILIARIES = (
    BE | MODALS | OBLIGATION | frozenset(["has", "have", "had", "do", "does", "did", "can", "could", "may", "might", "to", "ve", "d", "having"])
)
PRONOUNS = frozenset(["he", "she", "it", "they", "we", "i", "you", "who"])
NEGATIONS = frozenset(["not", "never", "t", "cannot", "no", "neither", "nor", "hardly"])
ADVERBS = frozenset(
    ["also", "already", "again", "now", "then", "still", "ever", "just", "only", "so", "far", "reportedly", "allegedly", "recently", "repeatedly", "once", "soon", "later", "long", "jointly", "officially", "formally", "publicly", "immediately", "finally", "currently", "previously", "strongly", "today", "yesterday", "earlier", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
)
WEEKDAYS = frozenset(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
REACH = 12
"""Words between an operator and the act it takes."""
NEAR = 3
WINDOW = 12
"""Words after a head in which the word it needs must stand: a particle, any other."""


class Chain(NamedTuple):
    """One act with the operators around it.

    Attributes:
        head: word index of the outermost head.
        start: first word of its verb group (auxiliaries included).
        last: word index of the innermost word that carries meaning.
        anchor: word index after which the target stands.
        cameo: event code of the whole.
        passive: the subject is acted on.
        nominal: the outermost head is a noun.
        dependent: infinitive or participle: the subject is that of the chain before.
        obligation: the operator is `must` or `should`, so the subject is the target and a speaker the source.
        inner: PLOVER root of the innermost act.
    """

    head: int
    start: int
    last: int
    anchor: int
    cameo: str
    passive: bool
    nominal: bool
    dependent: bool
    obligation: bool
    inner: str


class Saying(NamedTuple):
    """A reporting verb: its word index."""

    head: int


class _Node(NamedTuple):
    at: int
    noun: bool
    acts: tuple[Act, ...]
    tag: Tag | None


class _Group(NamedTuple):
    start: int
    passive: bool
    future: bool
    negated: bool
    must: bool
    infinitive: bool


def chains(words: list[str], first: int, last: int, heads: list[int]) -> tuple[list[Chain], list[Saying]]:
    """Acts and reporting verbs of words `first:last`, in text order.

    Args:
        words: folded words of the part.
        first: first word of the sentence.
        last: one past its last word.
        heads: indices in the sentence whose word is in the lexicon.
    """
    lexicon = english()
    nodes = [node for at in heads if (node := _node(words, at, first, last, lexicon[words[at]])) is not None]
    breaks = [at for at in range(first, last) if words[at] in BREAKS]
    found: list[Chain] = []
    sayings: list[Saying] = []
    k = 0
    while k < len(nodes):
        node = nodes[k]
        if any(act.operator == "SAY" for act in node.acts) and not node.noun:
            sayings.append(Saying(node.at))
        used, chain = _chain(words, first, last, nodes, k, breaks)
        if chain is not None:
            found.append(chain)
        k = max(used, k) + 1
    return found, sayings


def _node(words: list[str], at: int, first: int, last: int, entry: Entry) -> _Node | None:
    before = words[at - 1] if at > first else ""
    after = words[at + 1] if at + 1 < last else ""
    tag = entry.tag
    if tag is None:
        return _Node(at, True, entry.noun, None)
    if before in DETERMINERS and before != "s":
        if entry.noun:
            return _Node(at, True, entry.noun, tag)
        return None if tag & (Tag.PARTICIPLE | Tag.ING) else _Node(at, False, entry.verb, tag)
    noun = bool(entry.noun) and _reads_as_noun(before, after, tag)
    if not noun and before in PREPOSITIONS and not tag & (Tag.ING | Tag.PAST | Tag.PARTICIPLE):
        return None  # "Committee on Trade"
    return _Node(at, noun, entry.noun if noun else entry.verb, tag)


def _reads_as_noun(before: str, after: str, tag: Tag) -> bool:
    if before in AUXILIARIES - {"s"} or before in PRONOUNS or before in NEGATIONS:
        return False
    if tag & (Tag.PAST | Tag.PARTICIPLE) and not tag & Tag.BASE:
        return False
    if before in PREPOSITIONS or before == "s":
        return True
    if after in DETERMINERS or (tag & Tag.S and after not in PREPOSITIONS):
        return False
    return after in PREPOSITIONS or bool(tag & Tag.BASE) or not after


def _group(words: list[str], at: int, first: int) -> _Group:
    """Walk left over auxiliaries, negations and adverbs."""
    passive = future = negated = must = infinitive = False
    i = at - 1
    while i >= first and at - i < 8:  # noqa: PLR2004 - no verb group is longer
        word = words[i]
        if word in NEGATIONS:
            negated = True
        elif word in AUXILIARIES:
            if word == "s" and i > first and words[i - 1] not in PRONOUNS:
                break
            if word in BE and i == at - 1 - _adverbs(words, i, at):
                passive = True
            future = future or word in MODALS
            must = must or word in OBLIGATION
            infinitive = infinitive or word == "to"
        elif word == "on" and words[i + 1] in WEEKDAYS:
            pass
        elif word not in ADVERBS and not (word.endswith("ly") and len(word) > 4):  # noqa: PLR2004
            break
        i -= 1
    start = i + 1
    return _Group(start, passive, future, negated, must, infinitive)


def _adverbs(words: list[str], i: int, at: int) -> int:
    return sum(1 for word in words[i + 1 : at] if word in ADVERBS or word in NEGATIONS or word.endswith("ly"))


def _pick(
    words: list[str], node: _Node, lo: int, hi: int, *, passive: bool, stops: Sequence[int] = ()
) -> tuple[Act | None, int]:
    """The first reading whose conditions hold, and the word index it ends at."""
    at = node.at
    for act in node.acts:
        if act.operator == "SAY":
            continue
        if act.particle is not None:
            near = words[at + 1 : min(at + 1 + NEAR, hi)]
            if act.particle not in near:
                continue
        if not act.needs:
            return act, at
        reach = NEAR if act.needs <= PREPOSITIONS | PARTICLES else WINDOW
        window = words[at + 1 : min(at + 1 + reach, hi)]
        if not act.needs.isdisjoint(window):
            end = at + 1 + next(n for n, word in enumerate(window) if word in act.needs)
            if any(at < stop < end for stop in stops):
                continue  # "announced a suspension of aid"
            return act, end
        if passive and reach == WINDOW and not act.needs.isdisjoint(words[max(lo, at - WINDOW) : at]):
            return act, at
    return None, at


PARTICLES = frozenset(["to", "up", "down", "off", "out", "upon", "back", "short", "away", "over"])


def _chain(
    words: list[str], first: int, last: int, nodes: list[_Node], k: int, breaks: list[int]
) -> tuple[int, Chain | None]:
    node = nodes[k]
    group = (
        _Group(node.at, False, False, False, False, False) if node.noun else _group(words, node.at, first)
    )
    tag = node.tag or Tag.BASE
    passive = (
        (not node.noun)
        and bool(tag & Tag.PARTICIPLE)
        and (group.passive or (node.at + 1 < last and words[node.at + 1] == "by"))
    )
    hi = next((at for at in breaks if at > node.at), last)
    lo = max((at for at in breaks if at < node.at), default=first)
    used, cameo, anchor, inner = _meaning(words, nodes, k, lo, hi, passive=passive)
    if cameo is None:
        return k, None
    must = group.must and plover_of(cameo) != "REQUEST"
    for operator, holds in (("NOT", group.negated), ("FUTURE", group.future and not group.negated), ("DEMAND", must)):
        if holds and cameo is not None:
            cameo = apply(operator, cameo)
    if cameo is None:
        return used, None
    if tag == Tag.ING and node.at > first and words[node.at - 1] in {"after", "before", "without", "despite"}:
        return used, None
    dependent = (
        not node.noun
        and not group.passive
        and ((group.infinitive and not group.future) or (tag == Tag.ING and not _has_be(words, group.start, node.at)))
    )
    chain = Chain(
        node.at,
        group.start,
        nodes[used].at,
        anchor,
        cameo,
        passive,
        node.noun,
        dependent,
        must,
        inner or plover_of(cameo),
    )
    return used, chain


def _has_be(words: list[str], start: int, at: int) -> bool:
    return any(word in BE for word in words[start:at])


def _meaning(
    words: list[str], nodes: list[_Node], k: int, lo: int, hi: int, *, passive: bool
) -> tuple[int, str | None, int, str | None]:
    """Index of the last node used, event code, anchor, innermost root."""
    node = nodes[k]
    stops = [
        other.at for other in nodes[k + 1 : k + 4] if other.noun and any(act.operator == "STOP" for act in other.acts)
    ]
    act, end = _pick(words, node, lo, hi, passive=passive, stops=stops)
    if act is None:
        return k, None, end, None
    if act.operator is None:
        used = k
        while used + 1 < len(nodes) and nodes[used + 1].at <= end:
            used += 1
        return used, act.cameo, end, None
    taken = _complement(words, nodes, k, lo, hi, act.operator, passive=passive)
    if taken is not None:
        used, inner, anchor, innermost = taken
        code = apply(act.operator, inner)
        if code is not None:
            return used, code, anchor, innermost or plover_of(inner)
    if act.cameo is not None:
        return k, act.cameo, end, None
    plain = next(
        (other for other in node.acts if other.operator is None and not other.needs and not other.particle), None
    )
    return k, plain.cameo if plain else None, end, None


def _complement(
    words: list[str], nodes: list[_Node], k: int, lo: int, hi: int, operator: str, *, passive: bool
) -> tuple[int, str, int, str | None] | None:
    node = nodes[k]
    if passive and k and nodes[k - 1].noun and nodes[k - 1].at >= lo:
        act, _ = _pick(words, nodes[k - 1], lo, hi, passive=False)
        if act is not None and act.cameo is not None:
            return k, act.cameo, node.at, None
    reach = 6 if operator == "DO" else REACH
    n = k + 1
    if n >= len(nodes) or nodes[n].at - node.at > reach or nodes[n].at >= hi:
        return None
    inner = nodes[n]
    if operator == "DO" and not inner.noun and words[inner.at - 1] != "to" and not (inner.tag or Tag.BASE) & Tag.ING:
        return None
    group = _group(words, inner.at, node.at + 1) if not inner.noun else None
    used, cameo, anchor, innermost = _meaning(words, nodes, n, lo, hi, passive=bool(group and group.passive))
    if cameo is None:
        return None
    if group is not None and group.negated:
        negated = apply("NOT", cameo)
        if negated is None:
            return None
        cameo = negated
    return used, cameo, anchor, innermost


def is_hostile(cameo: str) -> bool:
    """Whether the act is a wrong somebody could be accused of."""
    return plover_of(cameo) in HOSTILE
