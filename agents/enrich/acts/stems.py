"""Acts in Turkish and Russian: a stem gives the act, the case and the order around it give the sides.

Turkish puts the verb last and marks the object by a suffix, after an apostrophe where the name is proper
(`Kılıçdaroğlu Rusya'yı suçladı`); Russian puts the subject before the verb as a rule and the object after it.
"""

# ruff: noqa: SIM905 - lists of words read best as text

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Final, NamedTuple

from agents.enrich.acts.clauses import is_hostile
from agents.enrich.acts.parties import NOBODY
from agents.enrich.acts.verbs import StemRow, plover_of, stem_lookout, stem_rows, stems
from agents.enrich.acts.verbs_algebra import apply
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.text import Part, Sentence
from schemas.records import ClaimStatus, Interaction, Party

MAX_SENTENCES: Final = 40
_MIDDLE_TR: Final = ("cekil",)
"""Passive in form only: `çekildi`, withdrew."""
_KILLED_TR: Final = ("oldur", "vurul", "bombala")
_CRIMES_TR: Final = ("suclari", "suclara", "suclard", "suclarl")
LIGHT: Final = 3
"""Words of a compound verb: `sınır dışı edildi`."""
GOVERNING: Final = (frozenset({"016"}), frozenset({"112"}), frozenset({"111"}), frozenset({"130"}))
"""Acts whose object is another act, the first that stands in a clause before the others."""
WRONGS: Final = frozenset({"170", "176"})
_FINITE: Final = ("di", "ti", "du", "tu", "yor")
_NOT_TR: Final = ("madi", "medi", "miyor", "muyor", "mayacak", "meyecek", "mamis", "memis", "mediler", "madilar")
_TOLD_TR: Final = ("digini", "tigini", "dugunu", "tugunu", "acagini", "ecegini")
_LIGHT_TR: Final = ("et", "ed", "ol", "bulun", "yap")
"""Verbs that carry the ending of a noun before them: `müdahale etmedi`."""
_NOT_TOLD_TR: Final = ("madigini", "medigini")
_BY_TR: Final = "tarafindan"
_PASSIVE_TR: Final = (
    "ildi", "ildilar", "iliyor", "uldu", "uluyor", "landi", "landilar", "laniyor", "lendi", "lendiler", "leniyor", "alindi",
    "alindilar", "aliniyor", "kinandi",
)  # fmt: skip
"""Of the verb, or of the light verb behind it: `suçlandı`, `sınır dışı edildi`, `gözaltına alındı`."""
_ABLATIVE_TR: Final = ("dan", "den", "tan", "ten", "ndan", "nden")
_PASSIVE_RU: Final = ("ена", "ено", "ены", "ана", "ано", "аны", "ван", "лан", "ржан", "инен", "жден")
_INFINITIVE_RU: Final = ("ть", "ться", "ти")
_REFLEXIVE_PASSIVE_RU: Final = ("обвин", "подозрев", "критик", "осужд", "запрещ", "блокир")
"""What with -ся is done to its subject (обвиняется); others do it themselves (вмешивается)."""
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
_GENITIVE: Final = ("nin", "nun", "in", "un")
_DATIVE_TR: Final = ("ya", "ye", "a", "e", "na", "ne")
_NOUN_TR: Final = ("saldiri", "suclama")
_NO_NOUN_TR: Final = ("saldiriyo", "saldirir")
"""Nouns of an act, whose doer stands before them in the genitive; what begins so and is a verb."""
_WHERE_TR: Final = (
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
_OFFICE_ENDINGS: Final = ("ndan", "nden", "nin", "nun", "yla", "yle", "ni", "nu", "na", "ne")
"""How an office or a body is declined, without an apostrophe (`istihbaratının`, `Bakanlığına`); its own last vowel is no case."""
_MEDIATED: Final = ("arabulucu", "посредничеств")
_CITING_RU: Final = frozenset("данным словам информации мнению версии сообщению утверждению оценке".split())
_RUSSIAN_BREAKS: Final = frozenset("что который которая которые которое после когда если".split())


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


def _clauses(
    part: Part, sentence: Sentence, covering: dict[int, Mention], language: str
) -> list[tuple[int, int]]:
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
            if source is None and target is None:
                continue
            yield Interaction(
                _party(source), _party(target), cameo, plover_of(cameo), _status(cameo), NOBODY,
                self.part.span(self.part.starts[at], self.part.ends[at], f"stem.{self.language}"),
                0.8 if source and target else 0.55,
            )  # fmt: skip

    def _holds(self, one: _Reading) -> bool:
        act, at, words = one.row.act, one.at, self.words
        if words[at].startswith(_CRIMES_TR):  # "savaş suçları", no accusation
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
        told = words[self.first : wrong.at] if self.language == "ru" else words[wrong.at : self.last]
        inside = _mentions(self.first, self.last, self.covering)
        if not inside or not ("словам" in told or any(word.startswith(saying) for word in told)):
            return
        speaker = inside[0][1]
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
            killed = verb[0].startswith(_KILLED_TR)
            passive = not verb[0].startswith(_MIDDLE_TR) and any(word.endswith(_PASSIVE_TR) for word in verb)
            noun = verb[0].startswith(_NOUN_TR) and not verb[0].startswith(_NO_NOUN_TR)
            if noun and not any(word.endswith(_TOLD_TR) for word in verb):
                owned = _owners(self.part, self.first, at, self.covering)
                if owned is not None:
                    return owned
            return _turkish_sides(self.part, self.first, self.last, self.covering, passive=passive, killed=killed)
        return _russian_sides(self.part, self.sentence, at, self.covering)

    def _said_by(
        self, at: int, source: Mention | None, target: Mention | None
    ) -> tuple[Mention | None, Mention | None] | None:
        """Speaker and doer where the act stands in what somebody says: `karıştığını söyledi`, `заявил, что ... вмешалась`."""
        words = self.words
        inside = _mentions(self.first, self.last, self.covering)
        if len(inside) > 1:
            (_, speaker), (_, doer) = inside[:2]
            if ":" in self.part.text[speaker.end : doer.start] and speaker.country != doer.country:
                return speaker, doer  # "Анкара: Москва вмешивается в выборы"
            if self._is_cited(speaker) and speaker.country != doer.country:
                return speaker, doer
        if self.language == "tr":
            told = words[at].endswith(_TOLD_TR) or (at + 1 < self.last and words[at + 1].endswith(_TOLD_TR))
            says = any(word.startswith(_SAYING_TR) for word in words[at + 1 : self.last])
            if not (told and says and source and target and _suffix(self.part, target) in _GENITIVE):
                return None
            return source, target
        that = next((k for k in range(self.first, at) if words[k] == "что"), None)
        if that is None and words[at].startswith("вмешательств"):  # "заявила о вмешательстве России"
            that = at if at > self.first and words[at - 1] in {"о", "об"} else None
            doers = _mentions(at + 1, self.last, self.covering)
        else:
            doers = _mentions(that, at, self.covering) if that is not None else []
        if that is None or not any(word.startswith(_SAYING_RU) for word in words[self.first : that]):
            return None
        speakers = _mentions(self.first, that, self.covering)
        if not speakers or not doers or speakers[0][1].country == doers[0][1].country:
            return None
        return speakers[0][1], doers[0][1]


    def _is_cited(self, mention: Mention) -> bool:
        """Whether it is only who says so: `по данным ФСБ`, `MİT'e göre`."""
        first, after = self.part.word_at(mention.start), self.part.word_at(mention.end - 1) + 1
        if self.language == "ru":
            before = self.words[max(self.first, first - 2) : first]
            return before[-1:] != [] and (before[-1] in _CITING_RU or (before[0] == "как" and before[-1].startswith(_SAYING_RU)))
        return self.words[after : after + 1] == ["gore"] or self.words[after + 1 : after + 2] == ["gore"]


def _has(words: list[str], needs: frozenset[str]) -> bool:
    return any(word.startswith(tuple(needs)) for word in words)


def _status(cameo: str) -> ClaimStatus:
    if cameo.startswith("112") or cameo in {"170", "176"}:
        return ClaimStatus.ALLEGED
    return ClaimStatus.DENIED if cameo == "016" else ClaimStatus.REPORTED


def _party(mention: Mention | None) -> Party:
    return NOBODY if mention is None else Party(mention.code, mention.name, mention.text)


def _parties(part: Part, low: int, high: int, covering: dict[int, Mention]) -> list[tuple[int, Mention]]:
    """The mentions of a clause without those who only mediate: `Katar'ın arabuluculuğunda`, `при посредничестве Катара`."""
    inside = _mentions(low, high, covering)
    helped = next((k for k in range(low, high) if part.words[k].startswith(_MEDIATED)), None)
    if helped is None:
        return inside
    if part.words[helped].startswith("посредн"):
        return [(at, one) for at, one in inside if at < helped]
    return [(at, one) for at, one in inside if at > helped] or inside


def _mentions(low: int, high: int, covering: dict[int, Mention]) -> list[tuple[int, Mention]]:
    found: list[tuple[int, Mention]] = []
    for at in range(low, high):
        mention = covering.get(at)
        if mention is not None and (not found or found[-1][1] is not mention):
            found.append((at, mention))
    return found


def _owners(
    part: Part, first: int, at: int, covering: dict[int, Mention]
) -> tuple[Mention, Mention | None] | None:
    """Of a noun at word `at` the doer, in the genitive, and to whom: `İsrail'in Gazze'ye saldırısı`; None without a doer."""
    before = [one for _, one in _mentions(first, at, covering)]
    doer = next((one for one in reversed(before) if _suffix(part, one) in _GENITIVE), None)
    if doer is None:
        return None
    return doer, next((one for one in before if one.start > doer.start and _suffix(part, one) in _DATIVE_TR), None)


def _turkish_sides(
    part: Part, first: int, last: int, covering: dict[int, Mention], *, passive: bool, killed: bool
) -> tuple[Mention | None, Mention | None]:
    inside = _parties(part, first, last, covering)
    behind = [(part.word_at(one.end - 1) + 1, one) for _, one in inside]
    agent = next((one for at, one in behind if at < last and part.words[at] == _BY_TR), None)
    if agent is not None:  # "Rusya Türkiye tarafından suçlandı"
        return agent, next((one for _, one in inside if one.id != agent.id), None)
    if passive:  # "Rus diplomatlar Türkiye'den sınır dışı edildi"
        where = next((one for _, one in inside if _suffix(part, one) in _WHERE_TR), None)
        if killed:  # "Büyükelçi Ankara'da öldürüldü": where, not by whom
            return None, next((one for _, one in inside if not _suffix(part, one)), None)
        return where, next((one for _, one in inside if one is not where and not _suffix(part, one)), None)
    bare: list[Mention] = []
    marked: list[Mention] = []
    for _, mention in inside:
        (marked if _is_marked(part, mention) else bare).append(mention)
    source = bare[0] if bare else None
    if source is None and marked and _suffix(part, marked[0]) in _ABLATIVE_TR:  # "Ermenistan'dan Azerbaycan'a suçlama"
        source = marked[0]
    others = [mention for mention in marked if source is None or mention.id != source.id]
    target = (
        others[0] if others else next((mention for mention in bare[1:] if source and mention.id != source.id), None)
    )
    return source, target


def _is_marked(part: Part, mention: Mention) -> bool:
    return _suffix(part, mention) in _OBJECT_SUFFIXES


def _suffix(part: Part, mention: Mention) -> str:
    """What follows the apostrophe of a name, inside the mention or right behind it; empty where there is none."""
    tail = part.folded[mention.end : mention.end + 6]
    if tail[:1] in {"'", "’"}:
        return tail[1:].split(" ")[0].rstrip(".,;:!?")
    apostrophe = max(mention.text.rfind("'"), mention.text.rfind("’"))
    if apostrophe >= 0 and " " not in mention.text[apostrophe:]:
        return part.folded[mention.start + apostrophe + 1 : mention.end]
    if not mention.rule.startswith("pattern."):
        return ""
    return next((ending for ending in _OFFICE_ENDINGS if part.folded.endswith(ending, mention.start, mention.end)), "")


def _russian_sides(
    part: Part, sentence: Sentence, at: int, covering: dict[int, Mention]
) -> tuple[Mention | None, Mention | None]:
    words = part.words
    high = next((k for k in range(at + 1, sentence.last) if words[k] in _RUSSIAN_BREAKS), sentence.last)
    before = [mention for _, mention in _mentions(sentence.first, at, covering)]
    after = [mention for place, mention in _parties(part, sentence.first, high, covering) if place > at]
    source = before[0] if before else None
    others = [mention for mention in (*after, *before[1:]) if source is None or mention.id != source.id]
    other = others[0] if others else None
    if "адрес" in words[at + 1 : high]:  # "обвинения Турции в адрес России"
        meant = words.index("адрес", at + 1)
        accuser = next((one for place, one in _mentions(at + 1, meant, covering) if place == at + 1), None)
        accused = next((one for _, one in _mentions(meant + 1, high, covering)), None)
        return accuser or source, accused
    against = next((k for k in range(sentence.first, high) if words[k] == "против"), None)
    if against is not None and words[at].startswith("санкци"):  # "против турецких компаний введены санкции США"
        hit = next((one for _, one in _mentions(against + 1, high, covering)), None)
        by = next((one for one in (*before, *after) if hit is None or one.id != hit.id), None)
        return by, hit
    passive = words[at].endswith(_PASSIVE_RU) or (
        words[at].endswith("ся") and words[at].startswith(_REFLEXIVE_PASSIVE_RU)
    )
    accusative = source is not None and source.text.lower().endswith(("ю", "у")) and words[at].endswith(("или", "яют"))
    if passive or accusative:  # "Россия обвиняется", "Россию обвинили"
        return other, source
    return source, other
