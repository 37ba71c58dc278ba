"""Who is said to do what to whom: acts of English, Turkish and Russian sentences with their two sides.

An English act comes from its clause (`clauses`), a Turkish or Russian one from a stem and the cases around it
(`interactions_stems`). What somebody else says that another did becomes an accusation; the deed itself is never asserted.
"""

# ruff: noqa: SIM905 - lists of words read best as text

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from agents.enrich.acts.clauses import Chain, break_lookout, chains, is_hostile
from agents.enrich.acts.parties import MAX_WORDS, NO_SIDE, NOBODY, Scene, Side, by_sentence, by_word
from agents.enrich.acts.small_words import BREAKS, PRONOUNS
from agents.enrich.acts.stems import stem_interactions
from agents.enrich.acts.threads import answer
from agents.enrich.acts.verbs import claim_words, english, event_lookout, head_lookout, plover_of
from agents.enrich.reading.mentions import Mention
from agents.enrich.reading.text import Document, Part, Sentence
from schemas.records import ClaimStatus, Interaction, Party, Span

MAX_SENTENCES = 40
"""Sentences of a field that are looked at; a news story says who did what in far fewer."""
OPENING_WORDS = 6
"""Words that a speaker before a colon has at most."""
SHORT = 6
"""In a field of up to so many sentences, parties outside every register are coded too."""

_CLAIMS = frozenset({"112", "016"})
_WRONGS = frozenset({"170", "176"})
"""Meddling and hacking: even where nobody is quoted somebody alleges it."""
_TOLD_WHOLE = frozenset({"112", "016", "170", "176"})
"""Acts whose trigger word alone says too little: of what somebody is accused, what he denies."""
_CLAUSE_ENDS = BREAKS | {"and", "but"}
_SOURCE_PREPOSITIONS = frozenset({"by", "from"})
_TARGET_PREPOSITIONS = frozenset("on against in of with to for at over into toward towards".split())


def find_interactions(doc: Document, mentions: Sequence[Mention]) -> tuple[Interaction, ...]:
    """Every interaction of an article, in text order.

    A party that no register knows is given by its words alone (code and name null).
    """
    found: list[Interaction] = []
    for part in doc.parts:
        if not part.words:
            continue
        if doc.language in {"tr", "ru"}:
            found.extend(stem_interactions(part, by_word(part, mentions), doc.language))
        else:
            found.extend(_english_interactions(part, mentions))
    return answer(found)


def _english_interactions(part: Part, mentions: Sequence[Mention]) -> list[Interaction]:
    eventful = part.wanted(event_lookout())
    if not eventful:
        return []
    sentences = part.sentences[:MAX_SENTENCES]
    short = len(sentences) <= SHORT
    named = by_sentence(part, mentions)
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
        names = {at for one in here if one.last - one.first > 1 for at in range(one.first, one.last)}
        own = [at for at in _within(heads, sentence) if at not in names and not _is_hyphened(part, at)]
        acts, sayings = chains(part.words, sentence, own, _within(breaks, sentence))
        if not acts:
            continue
        reader = _SentenceReader(Scene(part, sentence, by_word(part, here)), sentence, acts, sayings, carried)
        found += [one for one in reader.read() if short or _is_telling(one)]
        carried = reader.subject
    return found


def _within(words: list[int], sentence: Sentence) -> list[int]:
    return words[bisect_left(words, sentence.first) : bisect_left(words, sentence.last)]


def _is_hyphened(part: Part, at: int) -> bool:
    """A verb behind a hyphen: `Russian-backed` says whose they are, not who backed."""
    start = part.starts[at]
    return start > 0 and part.text[start - 1] == "-" and not english()[part.words[at]].noun


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


def _is_telling(one: Interaction) -> bool:
    """Whether it is worth giving from a long text: two known parties, or a claim of or against one."""
    return (one.source.code is not None and one.target.code is not None) or (
        one.cameo in _CLAIMS and (one.source.code or one.target.code) is not None
    )


class _SentenceReader:
    """Turns the acts of one sentence into interactions; `subject` is who it was about."""

    def __init__(self, scene: Scene, sentence: Sentence, acts: list[Chain], sayings: list[int], carried: Side) -> None:
        self.scene = scene
        self.sentence = sentence
        self.acts = acts
        scene.acts = frozenset(act.head for act in acts if not act.nominal and not act.dependent)
        self.subject = carried
        self.speakers = self._speakers(sayings)

    def _speakers(self, sayings: list[int]) -> list[tuple[int, Side]]:
        speakers = self._announced()
        floor = self.sentence.first
        for head in sayings:
            before = [act.last for act in self.acts if act.last < head]
            side = self.scene.subject(head, max(floor, (before[-1] + 1) if before else floor))
            if side is NO_SIDE:
                side = speakers[-1][1] if speakers else self.subject
            speakers.append((head, side))
            floor = head + 1
        return speakers

    def _announced(self) -> list[tuple[int, Side]]:
        """Whoever stands before a colon that opens the sentence: `Kyiv: Russia hacked our railways`."""
        scene, first = self.scene, self.sentence.first
        for at in scene.pauses:
            if at - first >= OPENING_WORDS:
                break
            if ":" in scene.part.gap(at):
                side = scene.side(first, at + 1)
                return [(at, side)] if side.mention is not None else []
        return []

    def read(self) -> Iterable[Interaction]:
        """The interactions, in text order."""
        alone = all(act.nominal for act in self.acts)
        claim: tuple[Chain, Side, Side] | None = None
        for n, act in enumerate(self.acts):
            stop = self.acts[n + 1].start if n + 1 < len(self.acts) else self.sentence.last
            stop = self._before_speaker(act, stop)
            source, target = self._sides(n, act, stop)
            if act.nominal and not self._counts(act, source, target, alone=alone):
                continue
            if source is not NO_SIDE and not act.nominal:
                self.subject = source
            if claim is not None and (act.dependent or self._is_content(act, claim[0])):
                yield from self._claimed(act, claim, source, target)
                continue
            claim = (act, source, target) if act.cameo in _CLAIMS else None
            speaker, leads = self._speaker(act)
            if act.obligation:
                source, target = speaker, source
            yield from self._interactions(act, source, target, speaker, leads=leads)

    def _is_content(self, act: Chain, said: Chain) -> bool:
        """Whether a finite act is what is denied: `denied that it meddled`, `denies US claims it hacked the Treasury`."""
        if said.cameo != "016" or act.nominal or not is_hostile(act.cameo):
            return False
        between = range(said.head + 1, act.start)
        return not any(self.scene.words[at] in _CLAUSE_ENDS or at in self.scene.pauses for at in between)

    def _claimed(
        self, act: Chain, claim: tuple[Chain, Side, Side], subject: Side, target: Side
    ) -> Iterable[Interaction]:
        """What somebody is accused of, or denies: "accused Russia of interfering", "denied hacking"."""
        said, speaker, accused = claim
        denied = said.cameo == "016"
        source = speaker if denied else accused
        if denied and not act.dependent and self.scene.words[act.start - 1] not in PRONOUNS and subject.mention:
            source = subject
        if source is NO_SIDE or not is_hostile(act.cameo):
            return
        if target.mention is not None and source.mention is not None and _same(source, target):
            target = NO_SIDE
        status = ClaimStatus.DENIED if denied else ClaimStatus.ALLEGED
        span = self._span(act, "clause.claimed")
        yield Interaction(source.party, target.party, act.cameo, plover_of(act.cameo), status, speaker.party, span, 0.6)

    def _span(self, act: Chain, rule: str) -> Span:
        """The act's words; of a claim and of what is claimed the rest of its clause too, so that it says what of."""
        part, scene = self.scene.part, self.scene
        last = max(act.last, act.anchor)
        if act.cameo[:3] in _TOLD_WHOLE:
            stop = min(self._before_speaker(act, self.sentence.last), last + MAX_WORDS)
            while last + 1 < stop and last not in scene.pauses and scene.words[last + 1] not in _CLAUSE_ENDS:
                last += 1
        return part.span(part.starts[act.start], part.ends[last], rule)

    def _before_speaker(self, act: Chain, stop: int) -> int:
        """Where the act's clause ends if who says so follows it: `Russia is behind this, Sandu said`."""
        later = [head for head, _ in self.speakers if head > act.head]
        if later:
            ends = [pause + 1 for pause in self.scene.pauses if act.anchor <= pause < later[0]]
            if ends:
                return min(stop, ends[-1])
        return stop

    @staticmethod
    def _counts(act: Chain, source: Side, target: Side, *, alone: bool) -> bool:
        if source.mention and target.mention and source.mention.country == target.mention.country:
            return False
        known = (source.mention is not None) + (target.mention is not None)
        return known == 2 or (known == 1 and (alone or act.cameo in {"016", "112"}))  # noqa: PLR2004

    def _sides(self, n: int, act: Chain, stop: int) -> tuple[Side, Side]:
        scene = self.scene
        floor = self.sentence.first
        before = [one.last for one in self.acts[:n] if not one.nominal and one.last < act.start]
        if before:
            floor = before[-1] + 1
        for head, _ in self.speakers:
            if head < act.start:
                floor = max(floor, head + 1)
        if act.nominal:
            source = scene.after(act.head, stop, _SOURCE_PREPOSITIONS)
            if source is NO_SIDE:
                source = scene.before(act.head, self.sentence.first)
            if source is NO_SIDE:
                source = scene.copular(act.head, floor)
            return source, scene.after(act.anchor, stop, _TARGET_PREPOSITIONS)
        announced = act.dependent and not (before or self.speakers)  # "UK to expel diplomats"
        subject = NO_SIDE if act.dependent and not announced else scene.subject(act.start, floor)
        if subject is NO_SIDE:
            said = [side for head, side in self.speakers if head < act.start]
            subject = said[-1] if said and not act.dependent else self.subject
        if act.passive:
            return scene.after(act.head, stop, frozenset({"by"})), subject
        return subject, scene.object(act.head, act.anchor, stop)

    def _speaker(self, act: Chain) -> tuple[Side, bool]:
        """Who says so, and whether the reporting verb goes before the act ("A says B did C") or after ("..., A said")."""
        before = [side for head, side in self.speakers if head < act.head]
        if before:
            return before[-1], True
        words = self.scene.words
        after = [
            side
            for head, side in self.speakers
            if head > self.acts[-1].last and words[head] in {"said", "says", "reported"}
        ]
        return (after[-1], False) if after else (NO_SIDE, False)

    def _interactions(
        self, act: Chain, source: Side, target: Side, speaker: Side, *, leads: bool
    ) -> Iterable[Interaction]:
        span = self._span(
            act, "clause.nominal" if act.nominal else "clause.passive" if act.passive else "clause.active"
        )
        quoted = NOBODY if _same(speaker, source) else speaker.party
        if (leads or act.cameo in _WRONGS) and is_hostile(act.cameo) and _is_others(speaker, source):
            # "A says B did C" is A accusing B; that B did C is not said by us.
            yield Interaction(
                speaker.party, source.party, "112", "ACCUSE", ClaimStatus.ALLEGED, speaker.party, span, 0.7
            )
            return
        if source.mention is not None and target.mention is not None and _is_itself(act, source, target):
            target = NO_SIDE
        if source is NO_SIDE and target is NO_SIDE:
            return
        confidence = 0.9 - 0.15 * (source.mention is None) - 0.15 * (target.mention is None) - 0.1 * act.nominal
        yield Interaction(
            source.party,
            target.party,
            act.cameo,
            plover_of(act.cameo),
            _status(act.cameo, quoted),
            quoted,
            span,
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
