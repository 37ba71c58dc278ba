"""The small words of English that tell what a head beside them is, as bits, so that one look says all that is asked of a word."""

# ruff: noqa: SIM905 - lists of words read best as text

from __future__ import annotations

from typing import Final

BREAKS: Final = frozenset(
    "who whom which whose where while whereas because although though after before when until unless despite "
    "amid following if but since".split()
)
"""Words that open another clause or an adjunct: an operator does not reach across."""

DETERMINERS: Final = frozenset(
    "the a an his her its their our my your this that these those any some no another s several many more new "
    "recent alleged two three four five both all each further".split()
)
PREPOSITIONS: Final = frozenset(
    "of in for by on with from against during under over about at into between among amid following toward "
    "towards through after before without within across near despite since".split()
)
BE: Final = frozenset("is are was were be been being am get gets got re s".split())
MODALS: Final = frozenset("will would shall ll plans".split())
OBLIGATION: Final = frozenset("must should ought needs".split())
AUXILIARIES: Final = (
    BE
    | MODALS
    | OBLIGATION
    | frozenset(["has", "have", "had", "do", "does", "did", "can", "could", "may", "might", "to", "ve", "d", "having"])
)
PRONOUNS: Final = frozenset("he she it they we i you who".split())
NEGATIONS: Final = frozenset("not never t cannot no neither nor hardly".split())
ADVERBS: Final = frozenset(
    "also already again now then still ever just only so far reportedly allegedly recently repeatedly once soon "
    "later long jointly officially formally publicly immediately finally currently previously strongly today "
    "yesterday earlier monday tuesday wednesday thursday friday saturday sunday".split()
)
WEEKDAYS: Final = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
UNDER: Final = frozenset("of over for with in at after amid as on".split())
"""After a participle: whoever stands before it is charged or held, for such a verb has its object behind it."""
POINTERS: Final = frozenset({"this", "that", "these", "those", "some", "both", "all"})
PARTICLES: Final = frozenset("to up down off out upon back short away over".split())
UNDONE: Final = frozenset("after before without despite".split())
_PLURAL: Final = frozenset("and or people police men women children to who that which there".split())
_NEWLY: Final = frozenset("newly democratically".split())


class Kind:
    """What a word is, as bits (enum.Flag costs ten times as much, and this is asked for every head)."""

    DETERMINER: Final = 1
    POINTER: Final = 2
    PREPOSITION: Final = 4
    AUXILIARY: Final = 8
    BE: Final = 16
    MODAL: Final = 32
    OBLIGATION: Final = 64
    NEGATION: Final = 128
    ADVERB: Final = 256
    NO_NOUN_AFTER: Final = 512
    """No noun follows: an auxiliary other than `s`, a pronoun, a negation."""
    VERB_AFTER: Final = 1024
    """A plain verb form may follow: the start of the sentence, a plural, a pronoun, an auxiliary, an adverb, a negation."""
    QUALITY: Final = 2048
    """A participle after it says what somebody is like: nothing (the start of the sentence), `newly`."""


_KINDS: Final = (
    (Kind.DETERMINER, DETERMINERS),
    (Kind.POINTER, POINTERS),
    (Kind.PREPOSITION, PREPOSITIONS),
    (Kind.AUXILIARY, AUXILIARIES),
    (Kind.BE, BE),
    (Kind.MODAL, MODALS),
    (Kind.OBLIGATION, OBLIGATION),
    (Kind.NEGATION, NEGATIONS),
    (Kind.NO_NOUN_AFTER, (AUXILIARIES - {"s"}) | PRONOUNS | NEGATIONS),
    (Kind.VERB_AFTER, _PLURAL | AUXILIARIES | PRONOUNS | NEGATIONS | {""}),
    (Kind.QUALITY, _NEWLY | {""}),
)
_SHORTEST_LY: Final = 5
"""Letters of an adverb in -ly: not `fly`."""
_MEMORY: Final = 20_000
"""Words remembered, some 2 MB; it is then begun anew, which changes no result."""
_LONGEST: Final = 64
"""Letters of a word that is remembered."""


class _Kinds(dict[str, int]):
    """Folded word to the bits of what it is."""

    def __missing__(self, word: str) -> int:
        kind = sum(bit for bit, words in _KINDS if word in words)
        if word in ADVERBS or (word.endswith("ly") and len(word) >= _SHORTEST_LY):
            kind |= Kind.ADVERB | Kind.VERB_AFTER
        if word.endswith("s"):
            kind |= Kind.VERB_AFTER
        if len(self) >= _MEMORY:
            self.clear()
        if len(word) <= _LONGEST:
            self[word] = kind
        return kind


kinds: Final = _Kinds()
"""What each word is."""
