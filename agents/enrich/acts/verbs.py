"""The lexicon of acts: which verbs and nouns stand for which CAMEO event, and which verbs change another's meaning.

A row of `lexicons/verbs.<language>.tsv` has
- kind: `verb`, `noun`, or `be` (an adjective after a form of `be`);
- operator: `-`, SAY (puts words into somebody's mouth), or DO STOP AGREE REFUSE DEMAND THREAT (see `verbs_algebra`);
- verb: lemmas, joined by `|`; a particle follows `_` (`call_off`);
- with: `-`, or a word that must stand in the same clause, alternatives joined by `|`; with `<`, just before the head;
- cameo: the event where no operator's complement says otherwise, `-` for none;
- plover: the root the code belongs to (checked), date, source.

Turkish and Russian rows hold stems: the first letters of a word, whatever its ending.
"""

# ruff: noqa: SIM905 - lists of words read best as text

from __future__ import annotations

import csv
import functools
from importlib import resources
from typing import Final, NamedTuple

from agents.enrich.acts.verbs_forms import noun_forms, verb_forms
from agents.enrich.reading.folding import fold
from agents.enrich.reading.lookouts import Lookout
from schemas.errors import KnowledgeError

PLOVER_OF: Final = {
    "02": "REQUEST", "03": "AGREE", "04": "CONSULT", "05": "SUPPORT", "06": "COOPERATE", "07": "AID", "08": "YIELD",
    "09": "ACCUSE", "10": "REQUEST", "11": "ACCUSE", "12": "REJECT", "13": "THREATEN", "14": "PROTEST",
    "15": "MOBILIZE", "16": "SANCTION", "17": "COERCE", "18": "ASSAULT", "19": "ASSAULT", "20": "ASSAULT",
}  # fmt: skip
"""PLOVER root of a CAMEO root (PLOVER manual: investigations are accusations, demands are requests, force is assault)."""

OPERATORS: Final = frozenset({"DO", "STOP", "AGREE", "REFUSE", "DEMAND", "THREAT", "SAY"})
SMALL_WORDS: Final = frozenset(
    "to up down off out upon back short away over on for with against in from of hard all".split()
)
"""Words that have no plural."""
CLAIMS: Final = frozenset({"016", "112", "170"})
LANGUAGES: Final = ("en", "tr", "ru")


def plover_of(cameo: str) -> str:
    """The PLOVER root of a CAMEO code; DENY, our extension, for 016.

    Raises:
        KnowledgeError: the code has no root.
    """
    if cameo == "016":
        return "DENY"
    root = PLOVER_OF.get(cameo[:2])
    if root is None or not cameo.isdigit():
        raise KnowledgeError(f"CAMEO code {cameo!r} has no PLOVER root; use 02 to 20, or 016")
    return root


class Act(NamedTuple):
    """One reading of a head word."""

    operator: str | None
    cameo: str | None
    particle: str | None
    needs: frozenset[str]
    before: frozenset[str] = frozenset()

    @property
    def is_bound(self) -> bool:
        """Whether it holds only beside certain words."""
        return bool(self.needs or self.before or self.particle)


class Entry(NamedTuple):
    """Everything a word form can mean, most specific reading first."""

    tag: int | None
    verb: tuple[Act, ...]
    noun: tuple[Act, ...]
    says: bool = False
    """Whether the verb puts words into somebody's mouth."""

    @property
    def says_an_act(self) -> bool:
        """Whether it has an event of its own; a light or a reporting verb has none."""
        return any(act.cameo for act in (*self.verb, *self.noun))

    @property
    def says_a_claim(self) -> bool:
        """Whether it is about an accusation, a denial or meddling: worth reading with only one known party beside it."""
        return any(act.cameo and act.cameo[:3] in CLAIMS for act in (*self.verb, *self.noun) if not act.is_bound)


class StemRow(NamedTuple):
    """A stem of an inflecting language."""

    stem: str
    act: Act
    rule: str


def read_rows(language: str) -> list[dict[str, str]]:
    """The rows of a language's lexicon, checked.

    Raises:
        KnowledgeError: names file, row and what is wrong.
    """
    name = f"verbs.{language}.tsv"
    text = resources.files("agents.enrich").joinpath(f"lexicons/{name}").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines(), delimiter="\t"))
    for number, row in enumerate(rows, 2):
        problem = _problem(row)
        if problem:
            raise KnowledgeError(f"{name}:{number}: {problem}")
    return rows


def _problem(row: dict[str, str]) -> str | None:
    if row["kind"] not in {"verb", "noun", "be"}:
        return f"kind {row['kind']!r} is not verb, noun or be"
    if row["operator"] != "-" and row["operator"] not in OPERATORS:
        return f"operator {row['operator']!r} is none of {', '.join(sorted(OPERATORS))}"
    if row["cameo"] == "-":
        return None if row["operator"] != "-" else "neither an event nor an operator"
    if plover_of(row["cameo"]) != row["plover"]:
        return f"CAMEO {row['cameo']} is {plover_of(row['cameo'])}, not {row['plover']}"
    return None


def _needs(with_: str) -> frozenset[str]:
    if with_ == "-":
        return frozenset()
    words: set[str] = set()
    for lemma in with_.split("|"):
        words.update({lemma} if lemma in SMALL_WORDS else noun_forms(fold(lemma)))
    return frozenset(words)


@functools.cache
def english() -> dict[str, Entry]:
    """Word form to its readings. Built once; some 10 ms."""
    verbs: dict[str, tuple[int, list[Act]]] = {}
    nouns: dict[str, list[Act]] = {}
    for row in read_rows("en"):
        operator = None if row["operator"] == "-" else row["operator"]
        cameo = None if row["cameo"] == "-" else row["cameo"]
        for head in row["verb"].split("|"):
            lemma, _, particle = head.partition("_")
            beside = row["with"]
            if beside.startswith("<"):
                act = Act(operator, cameo, None, frozenset(), frozenset(beside[1:].split("|")))
            else:
                act = Act(operator, cameo, particle or None, _needs(beside))
            if row["kind"] == "noun":
                for form in noun_forms(lemma):
                    nouns.setdefault(form, []).append(act)
                continue
            for form, tag in verb_forms(lemma).items():
                before = verbs.get(form)
                if before is None:
                    verbs[form] = (tag, [act])
                else:
                    verbs[form] = (before[0] | tag, [*before[1], act])
    return {
        form: Entry(
            verbs[form][0] if form in verbs else None,
            tuple(sorted(verbs[form][1], key=_loose)) if form in verbs else (),
            tuple(sorted(nouns.get(form, ()), key=_loose)),
            form in verbs and any(act.operator == "SAY" for act in verbs[form][1]),
        )
        for form in {*verbs, *nouns}
    }


@functools.cache
def head_lookout() -> Lookout:
    """For every word form of the lexicon."""
    return Lookout(english().__contains__)


@functools.cache
def event_lookout() -> Lookout:
    """For the word forms that have an event of their own."""
    return Lookout(frozenset(form for form, entry in english().items() if entry.says_an_act).__contains__)


@functools.cache
def claim_words() -> frozenset[str]:
    """Word forms of a claim."""
    return frozenset(form for form, entry in english().items() if entry.says_a_claim)


def _loose(act: Act) -> tuple[bool, bool]:
    return (not act.is_bound, act.operator is None)


@functools.cache
def stems(language: str) -> dict[str, tuple[StemRow, ...]]:
    """Turkish or Russian stems by their first three letters, longest first."""
    table: dict[str, list[StemRow]] = {}
    for row in read_rows(language):
        operator = None if row["operator"] == "-" else row["operator"]
        cameo = None if row["cameo"] == "-" else row["cameo"]
        needs = frozenset() if row["with"] == "-" else frozenset(fold(word) for word in row["with"].split("|"))
        for head in row["verb"].split("|"):
            stem, _, rest = fold(head).partition("_")
            table.setdefault(stem[:3], []).append(StemRow(stem, Act(operator, cameo, rest or None, needs), row["kind"]))
    return {
        key: tuple(sorted(rows, key=lambda row: (-len(row.stem), not row.act.needs))) for key, rows in table.items()
    }


def stem_rows(table: dict[str, tuple[StemRow, ...]], word: str) -> list[StemRow]:
    """The rows of the longest stem that this word begins with."""
    found: list[StemRow] = []
    for row in table.get(word[:3], ()):
        if found and len(row.stem) < len(found[0].stem):
            break
        if word.startswith(row.stem):
            found.append(row)
    return found


@functools.cache
def stem_lookout(language: str) -> Lookout:
    """For the words that a Turkish or Russian stem begins."""
    table = stems(language)
    return Lookout(lambda word: bool(stem_rows(table, word)))
