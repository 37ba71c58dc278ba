"""Who is said to do what to whom: acts of English, Turkish and Russian sentences with their two sides.

An English act comes from its clause (`clauses`), a Turkish or Russian one from a stem and the cases around it
(`interactions_stems`). What somebody else says that another did becomes an accusation; the deed itself is never asserted.
"""

# ruff: noqa: SIM905 - lists of words read best as text

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from agents.enrich.acts.clauses import Chain, break_lookout, chains
from agents.enrich.acts.parties import MAX_WORDS, NO_SIDE, NOBODY, Scene, Side, by_sentence, by_word
from agents.enrich.acts.play import is_play
from agents.enrich.acts.small_words import BREAKS, DETERMINERS, PREPOSITIONS, PRONOUNS
from agents.enrich.acts.stems import stem_interactions
from agents.enrich.acts.threads import answer
from agents.enrich.acts.verbs import claim_words, english, event_lookout, head_lookout, plover_of
from agents.enrich.acts.verbs_algebra import is_hostile
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.sorted_ints import count_below
from agents.enrich.reading.text import Document, Part, Sentence
from schemas.records import ClaimStatus, Interaction, Party, Span

MAX_SENTENCES: Final = 40
"""Sentences of a field that are looked at; a news story says who did what in far fewer."""
OPENING_WORDS: Final = 6
"""Words that a speaker before a colon has at most."""
SHORT: Final = 6
"""In a field of up to so many sentences, parties outside every register are coded too."""

_CLAIMS: Final = frozenset({"112", "016"})
_WRONGS: Final = frozenset({"170", "176"})
"""Meddling and hacking: even where nobody is quoted somebody alleges it."""
_TOLD_WHOLE: Final = frozenset({"112", "016", "170", "176"})
"""Acts whose trigger word alone says too little: of what somebody is accused, what he denies."""
_HEDGES: Final = frozenset({"suspected", "alleged"})
"""Verbs that are adjectives as often."""
_SAID: Final = frozenset({"said", "says", "reported"})
_CLAUSE_ENDS: Final = BREAKS | {"and", "but"}
_AGENT_PREPOSITIONS: Final = frozenset({"by"})
_SOURCE_PREPOSITIONS: Final = frozenset({"by", "from"})
_TARGET_PREPOSITIONS: Final = frozenset("on against in of with to for at over into toward towards".split())


def find_interactions(doc: Document, mentions: Sequence[Mention]) -> tuple[Interaction, ...]:
    """Every interaction of an article, in text order.

    A party that no register knows is given by its words alone (code and name null).
    """
    found: list[Interaction] = []
    for part in doc.parts:
        if not part.words:
            continue
        if doc.language in {"tr", "ru"}:
            acts = stem_interactions(part, by_word(part, mentions), doc.language)
        else:
            acts = _english_interactions(part, mentions)
        found.extend(one for one in acts if not is_play(part, one))
    return answer(found)


def _english_interactions(part: Part, mentions: Sequence[Mention]) -> list[Interaction]:
    eventful = part.wanted(event_lookout())
    if not eventful:
        return []
    sentences = part.sentences[:MAX_SENTENCES]
    short = len(sentences) <= SHORT
    named = by_sentence(part, mentions)
    if not (named or short):
        return []
    heads, breaks = part.wanted(head_lookout()), part.wanted(break_lookout())
    found: list[Interaction] = []
    carried = NO_SIDE
    for number in range(len(sentences)) if short else sorted(named):
        if number >= len(sentences):
            break
        sentence, here = sentences[number], named.get(number, [])
        inside = _within(eventful, sentence)
        if not inside or not (short or _worth_reading(part, inside, here)):
            continue
        acts, sayings = chains(part.words, sentence, _own(part, sentence, heads, here), _within(breaks, sentence))
        if not acts:
            continue
        reader = _SentenceReader(Scene(part, sentence, by_word(part, here), acts), sayings, carried, short=short)
        found += reader.read()
        carried = reader.subject
    return found


def _own(part: Part, sentence: Sentence, heads: list[int], named: Sequence[Mention]) -> list[int]:
    """The heads of a sentence but for words of longer names, and verbs behind a hyphen.

    `Russian-backed` says whose they are, not who backed.
    """
    names = {at for one in named if one.last - one.first > 1 for at in range(one.first, one.last)}
    text, starts, words = part.text, part.starts, part.words
    inside = _within(heads, sentence)
    return [
        at
        for at in inside
        if at not in names
        and not (words[at] in _HEDGES and _is_described(words, at, inside))
        and not (starts[at] and text[starts[at] - 1] == "-" and not english()[words[at]].noun)
    ]


def _is_described(words: Sequence[str], at: int, heads: Sequence[int]) -> bool:
    """`arrested two suspected agents`, `after alleged leaks`: nobody suspects there, and the verb before reaches its object."""
    before = words[at - 1] if at else ""
    object_follows = at + 1 < len(words) and words[at + 1] not in PREPOSITIONS
    return object_follows and (before in DETERMINERS or before in PREPOSITIONS or before.isdigit() or at - 1 in heads)


def _within(words: list[int], sentence: Sentence) -> list[int]:
    return words[count_below(words, sentence.first) : count_below(words, sentence.last)]


def _worth_reading(part: Part, inside: list[int], named: Sequence[Mention]) -> bool:
    """Whether a sentence of a long text can hold an interaction: an act and two parties, or one beside a claim.

    A party is an actor; a country that acts is one.
    """
    first: str | None = None
    for mention in named:
        if mention.kind == "actor" and mention.id != first:
            if first is not None:
                return True
            first = mention.id
    return first is not None and any(part.words[at] in claim_words() for at in inside)


class _SentenceReader:
    """Turns the acts of one sentence into interactions; `subject` is who it was about.

    Of a long text only what tells is given: two known parties, or a claim of or against one.
    """

    __slots__ = ("acts", "first", "last", "scene", "short", "speakers", "subject")

    def __init__(self, scene: Scene, sayings: list[int], carried: Side, *, short: bool) -> None:
        self.scene = scene
        self.acts = scene.acts
        self.first = scene.first
        self.last = scene.last
        self.subject = carried
        self.short = short
        self.speakers = self._speakers(sayings)

    def _speakers(self, sayings: list[int]) -> list[tuple[int, Side]]:
        speakers = self._announced()
        floor = self.first
        for head in sayings:
            behind = next((act.last + 1 for act in reversed(self.acts) if act.last < head), floor)
            side = self.scene.subject(head, max(floor, behind))
            if side is NO_SIDE:
                side = speakers[-1][1] if speakers else self.subject
            speakers.append((head, side))
            floor = head + 1
        return speakers

    def _announced(self) -> list[tuple[int, Side]]:
        """Whoever stands before a colon that opens the sentence: `Kyiv: Russia hacked our railways`."""
        scene, first = self.scene, self.first
        for at in scene.pauses:
            if at - first >= OPENING_WORDS:
                break
            if ":" in scene.part.gap(at):
                side = scene.side(first, at + 1)
                return [(at, side)] if side.mention is not None else []
        return []

    def read(self) -> list[Interaction]:
        """The interactions, in text order."""
        found: list[Interaction] = []
        acts = self.acts
        claim: tuple[Chain, Side, Side] | None = None
        for n, act in enumerate(acts):
            stop = self._before_speaker(act, acts[n + 1].start if n + 1 < len(acts) else self.last)
            source = self._source(n, act, stop)
            contents = claim is not None and (act.dependent or self._is_content(act, claim[0]))
            telling = self.short or source.mention is not None or act.cameo in _CLAIMS or act.obligation
            target = self._target(n, act, stop) if telling or contents or act.nominal else NO_SIDE
            if act.nominal and not self._counts(act, source, target):
                continue
            if source is not NO_SIDE and not act.nominal:
                self.subject = source
            one: Interaction | None = None
            if claim is not None and contents:
                one = self._claimed(act, claim, source, target)
            else:
                claim = (act, source, target) if act.cameo in _CLAIMS else None
                if telling:
                    one = self._interaction(act, source, target)
            if one is not None:
                found.append(one)
        return found

    def _tells(self, cameo: str, source: Side, target: Side) -> bool:
        known = (source.mention is not None) + (target.mention is not None)
        return self.short or known == 2 or (known == 1 and cameo in _CLAIMS)  # noqa: PLR2004

    def _is_content(self, act: Chain, said: Chain) -> bool:
        """Whether a finite act is what is denied: `denied that it meddled`, `denies US claims it hacked the Treasury`."""
        if said.cameo != "016" or act.nominal or not is_hostile(act.cameo):
            return False
        between = range(said.head + 1, act.start)
        return not any(self.scene.words[at] in _CLAUSE_ENDS or at in self.scene.pauses for at in between)

    def _claimed(self, act: Chain, claim: tuple[Chain, Side, Side], subject: Side, target: Side) -> Interaction | None:
        """What somebody is accused of, or denies: "accused Russia of interfering", "denied hacking"."""
        said, speaker, accused = claim
        denied = said.cameo == "016"
        source = speaker if denied else accused
        if denied and not act.dependent and self.scene.words[act.start - 1] not in PRONOUNS and subject.mention:
            source = subject
        if source is NO_SIDE or not is_hostile(act.cameo):
            return None
        if target.mention is not None and source.mention is not None and _same(source, target):
            target = NO_SIDE
        if not self._tells(act.cameo, source, target):
            return None
        status = ClaimStatus.DENIED if denied else ClaimStatus.ALLEGED
        span = self._span(act, "clause.claimed")
        return Interaction(
            source.party, target.party, act.cameo, plover_of(act.cameo), status, speaker.party, span, 0.6
        )

    def _span(self, act: Chain, rule: str) -> Span:
        """The act's words; of a claim and of what is claimed the rest of its clause too, so that it says what of."""
        part, scene = self.scene.part, self.scene
        last = max(act.last, act.anchor)
        if act.cameo[:3] in _TOLD_WHOLE:
            stop = min(self._before_speaker(act, self.last), last + MAX_WORDS)
            while last + 1 < stop and last not in scene.pauses and scene.words[last + 1] not in _CLAUSE_ENDS:
                last += 1
        return part.span(part.starts[act.start], part.ends[last], rule)

    def _before_speaker(self, act: Chain, stop: int) -> int:
        """Where the act's clause ends if who says so follows it: `Russia is behind this, Sandu said`."""
        later = next((head for head, _ in self.speakers if head > act.head), None)
        if later is not None:
            pause = next((at for at in reversed(self.scene.pauses) if act.anchor <= at < later), None)
            if pause is not None:
                return min(stop, pause + 1)
        return stop

    def _counts(self, act: Chain, source: Side, target: Side) -> bool:
        if source.mention and target.mention:
            return source.mention.country != target.mention.country
        if source.mention is None and target.mention is None:
            return False
        return act.cameo in _CLAIMS or all(act.nominal for act in self.acts)

    def _source(self, n: int, act: Chain, stop: int) -> Side:
        """Who does it: the agent of a passive, the subject of an active verb, the owner of a noun."""
        scene = self.scene
        if act.nominal:
            source = scene.after(act.head, stop, _SOURCE_PREPOSITIONS)
            if source is NO_SIDE:
                source = scene.before(act.head, self.first)
            return scene.copular(act.head, self._floor(n, act)) if source is NO_SIDE else source
        return scene.after(act.head, stop, _AGENT_PREPOSITIONS) if act.passive else self._subject(n, act)

    def _target(self, n: int, act: Chain, stop: int) -> Side:
        """Whom it is done to."""
        if act.nominal:
            return self.scene.after(act.anchor, stop, _TARGET_PREPOSITIONS)
        return self._subject(n, act) if act.passive else self.scene.object(act.head, act.anchor, stop)

    def _subject(self, n: int, act: Chain) -> Side:
        if act.dependent and (self.speakers or self._verb_before(n, act) is not None):
            return self.subject
        found = self.scene.subject(act.start, self._floor(n, act))  # dependent: "UK to expel diplomats"
        if found is not NO_SIDE:
            return found
        said = None if act.dependent else self._said_before(act.start)
        return self.subject if said is None else said

    def _verb_before(self, n: int, act: Chain) -> Chain | None:
        """The last verbal act that ends before this one."""
        return next((one for one in reversed(self.acts[:n]) if not one.nominal and one.last < act.start), None)

    def _floor(self, n: int, act: Chain) -> int:
        """The word behind the acts and the reporting verbs before it: its subject stands no further left."""
        before = self._verb_before(n, act)
        floor = self.first if before is None else before.last + 1
        for head, _ in self.speakers:
            if head < act.start:
                floor = max(floor, head + 1)
        return floor

    def _said_before(self, at: int) -> Side | None:
        """Who is the last to have said something before this word."""
        return next((side for head, side in reversed(self.speakers) if head < at), None)

    def _speaker(self, act: Chain) -> tuple[Side, bool]:
        """Who says so, and whether the reporting verb goes before the act ("A says B did C") or after ("..., A said")."""
        if not self.speakers:
            return NO_SIDE, False
        before = self._said_before(act.head)
        if before is not None:
            return before, True
        words, last = self.scene.words, self.acts[-1].last
        after = next((side for head, side in reversed(self.speakers) if head > last and words[head] in _SAID), None)
        return (NO_SIDE if after is None else after), False

    def _interaction(self, act: Chain, source: Side, target: Side) -> Interaction | None:
        speaker, leads = self._speaker(act)
        if act.obligation:
            source, target = speaker, source
        rule = "clause.nominal" if act.nominal else "clause.passive" if act.passive else "clause.active"
        if (leads or act.cameo in _WRONGS) and is_hostile(act.cameo) and _is_others(speaker, source):
            # "A says B did C" is A accusing B; that B did C is not said by us.
            span, said_by = self._span(act, rule), speaker.party
            return Interaction(said_by, source.party, "112", "ACCUSE", ClaimStatus.ALLEGED, said_by, span, 0.7)
        if source.mention is not None and target.mention is not None and _is_itself(act, source, target):
            target = NO_SIDE
        if (source is NO_SIDE and target is NO_SIDE) or not self._tells(act.cameo, source, target):
            return None
        quoted = NOBODY if _same(speaker, source) else speaker.party
        confidence = 0.9 - 0.15 * (source.mention is None) - 0.15 * (target.mention is None) - 0.1 * act.nominal
        return Interaction(
            source.party,
            target.party,
            act.cameo,
            plover_of(act.cameo),
            _status(act.cameo, quoted),
            quoted,
            self._span(act, rule),
            round(confidence, 2),
        )


def _status(cameo: str, quoted: Party) -> ClaimStatus:
    if cameo.startswith("112"):
        return ClaimStatus.ALLEGED
    if cameo == "016":
        return ClaimStatus.DENIED
    if cameo in _WRONGS or (quoted != NOBODY and is_hostile(cameo)):
        return ClaimStatus.ALLEGED
    return ClaimStatus.REPORTED


def _same(one: Side, other: Side) -> bool:
    if one.mention is not None and other.mention is not None:
        return one.mention.id == other.mention.id
    return one.party == other.party


def _is_itself(act: Chain, source: Side, target: Side) -> bool:
    """Whether both sides are one; who denies what his state did denies it to somebody else."""
    if _same(source, target):
        return True
    one, other = source.mention, target.mention
    return act.cameo == "016" and one is not None and other is not None and one.country == other.country


def _is_others(speaker: Side, source: Side) -> bool:
    """Whether somebody of one state speaks of somebody of another (or of none)."""
    one, other = speaker.mention, source.mention
    return one is not None and other is not None and one.country is not None and one.country != other.country
