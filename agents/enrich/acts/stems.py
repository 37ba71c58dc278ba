"""Acts in Turkish and Russian: a stem gives the act, the case and the order around it give the sides.

Turkish puts the verb last and marks the object by a suffix, after an apostrophe where the name is proper
(`Kılıçdaroğlu Rusya'yı suçladı`); Russian puts the subject before the verb as a rule and the object after it.
"""

# ruff: noqa: SIM905 - lists of words read best as text

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Final, NamedTuple

from agents.enrich.acts.parties import NOBODY
from agents.enrich.acts.stem_sides import (
    GENITIVE,
    WHERE_TR,
    mentions_in,
    owners,
    russian_sides,
    suffix_of,
    turkish_sides,
)
from agents.enrich.acts.verbs import StemRow, plover_of, stem_lookout, stem_rows, stems
from agents.enrich.acts.verbs_algebra import apply, is_hostile
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.text import Part, Sentence
from schemas.records import ClaimStatus, Interaction, Party

MAX_SENTENCES: Final = 40
_MIDDLE_TR: Final = ("cekil",)
"""Passive in form only: `çekildi`, withdrew."""
_KILLED_TR: Final = ("oldur", "vurul", "bombala")
_BACKED_TR: Final = ("destekli", "desteksiz")
"""Whose somebody is: `İran destekli hackerlar`."""
_CRIMES_TR: Final = ("suclari", "suclara", "suclard", "suclarl")
LIGHT: Final = 3
"""Words of a compound verb: `sınır dışı edildi`."""
GOVERNING: Final = (frozenset({"016"}), frozenset({"112"}), frozenset({"111"}), frozenset({"130"}))
"""Acts whose object is another act, the first that stands in a clause before the others."""
WRONGS: Final = frozenset({"170", "176"})
_FINITE: Final = ("di", "ti", "du", "tu", "yor")
_NOT_TR: Final = (
    "madi", "medi", "miyor", "muyor", "mayacak", "meyecek", "mamis", "memis", "mediler", "madilar", "madik", "medik", "miyoruz",
    "muyoruz", "miyorlar", "muyorlar", "mayiz", "meyiz",
)  # fmt: skip
_TOLD_TR: Final = ("digini", "tigini", "dugunu", "tugunu", "acagini", "ecegini")
_LIGHT_TR: Final = ("et", "ed", "ol", "bulun", "yap")
"""Verbs that carry the ending of a noun before them: `müdahale etmedi`."""
_NOT_TOLD_TR: Final = ("madigini", "medigini")
_PASSIVE_TR: Final = (
    "ildi", "ildilar", "iliyor", "uldu", "uluyor", "landi", "landilar", "laniyor", "lendi", "lendiler", "leniyor", "alindi",
    "alindilar", "aliniyor", "kinandi",
)  # fmt: skip
"""Of the verb, or of the light verb behind it: `suçlandı`, `sınır dışı edildi`, `gözaltına alındı`."""
_WE_RU: Final = ("ем", "им")
"""The first person plural: who speaks for a state says `отвергаем`, `требуем`."""
_PARTICIPLE_RU: Final = ("вшего", "вших", "вшую", "вшим", "вшими", "щего", "щих", "щую", "щим", "щими")
_INFINITIVE_RU: Final = ("ть", "ться", "ти")
_SAYING_TR: Final = (
    "soyle",
    "dedi",
    "diyor",
    "acikla",
    "iddia",
    "one",
    "savun",
    "belirt",
    "ifade",
    "kaydet",
    "vurgula",
    "bildir",
)
_SAYING_RU: Final = ("заяви", "заявля", "сообщ", "утвержда", "сказал", "считает", "уверен", "обвини")
_NOUN_TR: Final = ("saldiri", "suclama")
_NO_NOUN_TR: Final = ("saldiriyo", "saldirir")
"""Nouns of an act, whose doer stands before them in the genitive; what begins so and is a verb."""
_CITING_RU: Final = frozenset("данным словам информации мнению версии сообщению утверждению оценке".split())


class _Reading(NamedTuple):
    """A stem where it stands: word index and row."""

    at: int
    row: StemRow


def stem_interactions(part: Part, covering: dict[int, Mention], language: str) -> Iterable[Interaction]:
    """Interactions of one field, in text order."""
    table = stems(language)
    heads = [
        _Reading(at, row) for at in part.wanted(stem_lookout(language)) for row in stem_rows(table, part.words[at])
    ]
    if not heads:
        return
    for sentence in part.sentences[:MAX_SENTENCES]:
        for first, last in _clauses(part, sentence, covering, language):
            inside = [one for one in heads if first <= one.at < last]
            if inside:
                yield from _Clause(part, covering, language, sentence, (first, last)).read(inside)


def _clauses(part: Part, sentence: Sentence, covering: dict[int, Mention], language: str) -> list[tuple[int, int]]:
    """Word ranges of the clauses: Turkish ends one with a finite verb before a comma (`suçladı, Kiev yalanladı`)."""
    if language != "tr":
        return [(sentence.first, sentence.last)]
    # A finite verb before a comma, but no name that ends so: `Kongo Demokratik Cumhuriyeti, ...`.
    cuts = [
        at + 1
        for at in range(sentence.first, sentence.last - 1)
        if part.words[at].endswith(_FINITE) and part.gap(at)[:1] in {",", ";"} and at not in covering
    ]
    return [(a, b) for a, b in pairwise([sentence.first, *cuts, sentence.last]) if b > a]


class _Clause:
    """One clause being read."""

    def __init__(
        self, part: Part, covering: dict[int, Mention], language: str, sentence: Sentence, words: tuple[int, int]
    ) -> None:
        self.part = part
        self.words = part.words
        self.covering = covering
        self.language = language
        self.sentence = sentence
        self.first, self.last = words

    def read(self, heads: list[_Reading]) -> Iterable[Interaction]:
        yield from self._denials(heads)
        heads = self._governing([one for one in heads if self._holds(one)])
        done: set[int] = set()
        told: set[tuple[str | None, str, str | None]] = set()
        for at, row in heads:
            if at in done:
                continue
            done.add(at)
            cameo = self._cameo(row, at, heads)
            if cameo is None:
                continue
            source, target = self._sides(at)
            said = self._said_by(at, source, target) if cameo in WRONGS or is_hostile(cameo) else None
            if said is not None:  # "A says B did C" is A accusing B
                cameo, (source, target) = "112", said
            if cameo == "016" and source and target and source.country == target.country:
                target = None  # who denies what his state did denies it to somebody else
            act = (source.id if source else None, cameo, target.id if target else None)
            if (source is None and target is None) or act in told:  # "barış anlaşması imzaladı" is one act
                continue
            told.add(act)
            yield Interaction(
                _party(source), _party(target), cameo, plover_of(cameo), _status(cameo), NOBODY,
                self.part.span(self.part.starts[at], self.part.ends[at], f"stem.{self.language}"),
                0.8 if source and target else 0.55,
            )  # fmt: skip

    def _holds(self, one: _Reading) -> bool:
        act, at, words = one.row.act, one.at, self.words
        if words[at].startswith(_BACKED_TR):
            return False
        if words[at].startswith(_CRIMES_TR):  # "savaş suçları", no accusation
            return False
        if self.language == "ru" and words[at].endswith(
            _PARTICIPLE_RU
        ):  # "задержала агента, готовившего теракт": another's
            return False
        if act.needs and not _has(words[self.first : self.last], act.needs):
            return False
        if act.particle and not (at + 1 < self.last and words[at + 1].startswith(act.particle)):
            return False
        return not self._is_negated(at)

    def _is_negated(self, at: int) -> bool:
        """`не вмешивалась`, `доказательств вмешательства`, `suçlamadı`, `müdahale etmedi`."""
        words = self.words
        if self.language == "ru":
            return at > self.first and (words[at - 1] == "не" or words[at - 1].startswith("доказательств"))
        light = at + 1 < self.last and words[at + 1].startswith(_LIGHT_TR)
        return any(word.endswith(_NOT_TR + _NOT_TOLD_TR) for word in words[at : at + 1 + light])

    def _denials(self, heads: list[_Reading]) -> Iterable[Interaction]:
        """Who says that a wrong was not done denies it: `заявил, что Россия не вмешивалась`, `müdahale etmediğini söyledi`."""
        words = self.words
        wrong = next((one for one in heads if one.row.act.cameo in WRONGS and self._is_negated(one.at)), None)
        if wrong is None:
            return
        saying = _SAYING_RU if self.language == "ru" else _SAYING_TR
        told = words[self.first : self.last] if self.language == "ru" else words[wrong.at : self.last]
        inside = mentions_in(self.first, self.last, self.covering)
        if not inside:
            return
        speaker = inside[0][1]
        if self.language == "ru" and words[wrong.at].endswith((*_WE_RU, "емся", "имся")):
            speaker = self._quoted_behind(wrong.at) or speaker
        announced = self.part.text[speaker.end : speaker.end + 1] == ":"  # "Kremlin: Seçimlere müdahale etmiyoruz"
        if not (announced or "словам" in told or any(word.startswith(saying) for word in told)):
            return
        target = next((one for _, one in inside if one.country != speaker.country), None)
        yield Interaction(
            _party(speaker), _party(target), "016", plover_of("016"), _status("016"), NOBODY,
            self.part.span(self.part.starts[wrong.at], self.part.ends[wrong.at], f"stem.{self.language}"),
            0.8 if target else 0.55,
        )  # fmt: skip

    def _governing(self, heads: list[_Reading]) -> list[_Reading]:
        """What is claimed, denied, condemned or threatened is no act of the one who says so, nor what is asked for in Russian."""
        asked = next((one.at for one in heads if one.row.act.cameo == "100"), None)
        if asked is not None and self.language == "ru":
            heads = [one for one in heads if not self.words[one.at].endswith(_INFINITIVE_RU)]
        elif asked is not None:  # "müdahale etmeme çağrısı"
            heads = [one for one in heads if one.at >= asked]
        for governing in GOVERNING:
            if any(one.row.act.cameo in governing for one in heads):
                return [one for one in heads if one.row.act.cameo in governing]
        return heads

    @staticmethod
    def _cameo(row: StemRow, at: int, heads: list[_Reading]) -> str | None:
        if row.act.operator is None:
            return row.act.cameo
        inner = next((one.row.act.cameo for one in heads if one.at != at and one.row.act.cameo), None)
        return apply(row.act.operator, inner) if inner else row.act.cameo

    def _sides(self, at: int) -> tuple[Mention | None, Mention | None]:
        if self.language == "tr":
            verb = self.words[at : min(at + LIGHT, self.last)]
            passive = not verb[0].startswith(_MIDDLE_TR) and any(word.endswith(_PASSIVE_TR) for word in verb)
            noun = verb[0].startswith(_NOUN_TR) and not verb[0].startswith(_NO_NOUN_TR)
            if noun and not any(word.endswith(_TOLD_TR) for word in verb):
                owned = owners(self.part, self.first, at, self.covering)
                if owned is not None:
                    return owned
            sides = turkish_sides(self.part, self.first, self.last, self.covering, passive=passive)
            if passive and verb[0].startswith(_KILLED_TR) and sides[0] and suffix_of(self.part, sides[0]) in WHERE_TR:
                return None, sides[1]  # "Büyükelçi Ankara'da öldürüldü": where, not by whom
            return sides
        source, target = russian_sides(self.part, self.sentence, at, self.covering)
        if source is None and self.words[at].endswith(_WE_RU):
            speaker = self._quoted_behind(at)
            if speaker is not None:
                return speaker, None
        return source, target

    def _quoted_behind(self, at: int) -> Mention | None:
        """Who says what stands at this word: `«Мы отвергаем обвинения», — сказал Песков`."""
        words = self.words
        return next(
            (
                self.covering[k + 1]
                for k in range(at + 1, self.last - 1)
                if words[k].startswith(_SAYING_RU) and k + 1 in self.covering
            ),
            None,
        )

    def _said_by(
        self, at: int, source: Mention | None, target: Mention | None
    ) -> tuple[Mention | None, Mention | None] | None:
        """Speaker and doer where the act stands in what somebody says: `karıştığını söyledi`, `заявил, что ... вмешалась`."""
        words = self.words
        inside = mentions_in(self.first, self.last, self.covering)
        if len(inside) > 1:
            (_, speaker), (_, doer) = inside[:2]
            says = ":" in self.part.text[speaker.end : doer.start] or self._is_cited(speaker)
            if says and speaker.country != doer.country:
                return speaker, doer  # "Анкара: Москва вмешивается в выборы"
        if self.language == "tr":
            told = words[at].endswith(_TOLD_TR) or (at + 1 < self.last and words[at + 1].endswith(_TOLD_TR))
            says = any(word.startswith(_SAYING_TR) for word in words[at + 1 : self.last])
            if not (told and says and source and target and suffix_of(self.part, target) in GENITIVE):
                return None
            return source, target
        that = next((k for k in range(self.first, at) if words[k] == "что"), None)
        if that is None and words[at].startswith("вмешательств"):  # "заявила о вмешательстве России"
            that = at if at > self.first and words[at - 1] in {"о", "об"} else None
            doers = mentions_in(at + 1, self.last, self.covering)
        else:
            doers = mentions_in(that, at, self.covering) if that is not None else []
        if that is None or not any(word.startswith(_SAYING_RU) for word in words[self.first : that]):
            return None
        speakers = mentions_in(self.first, that, self.covering)
        if not speakers or not doers or speakers[0][1].country == doers[0][1].country:
            return None
        return speakers[0][1], doers[0][1]

    def _is_cited(self, mention: Mention) -> bool:
        """Whether it is only who says so: `по данным ФСБ`, `MİT'e göre`."""
        first, after = self.part.word_at(mention.start), self.part.word_at(mention.end - 1) + 1
        if self.language == "ru":
            before = self.words[max(self.first, first - 2) : first]
            return before[-1:] != [] and (
                before[-1] in _CITING_RU or (before[0] == "как" and before[-1].startswith(_SAYING_RU))
            )
        return self.words[after : after + 1] == ["gore"] or self.words[after + 1 : after + 2] == ["gore"]


def _has(words: list[str], needs: frozenset[str]) -> bool:
    return any(word.startswith(tuple(needs)) for word in words)


def _status(cameo: str) -> ClaimStatus:
    if cameo.startswith("112") or cameo in {"170", "176"}:
        return ClaimStatus.ALLEGED
    return ClaimStatus.DENIED if cameo == "016" else ClaimStatus.REPORTED


def _party(mention: Mention | None) -> Party:
    return NOBODY if mention is None else Party(mention.code, mention.name, mention.text)
