"""Claim threads: an accusation and what is answered to it, joined by accuser, accused and theme within a dyad.

Accusation (CAMEO 112x) opens a thread; denial (016x) by the accused's side, a counter-accusation the other way round, support by
a third party (05x) and a confirmation (a status of confirmed) join it. Who says what of whom is kept as it is said; no state
is ever ours to judge.
"""

from __future__ import annotations

import re
import unicodedata
from uuid import UUID

from agents.watch.state import DAY_MS, Move, Thread, to_time
from agents.watch.state_names import country_name
from agents.watch.store import weight
from schemas.ids import stable_id
from schemas.records import (
    ClaimMove,
    ClaimStatus,
    ClaimThread,
    EnrichedEvent,
    Interaction,
    MoveKind,
    Party,
    ThreadState,
)

MAX_THREADS = 24
"""Threads of a dyad that are kept; the one that has been silent longest goes first."""
MAX_MOVES = 24
"""Statements of a thread that are kept; later ones only repeat what has been said by other mouths."""
MAX_EVENTS = 16
"""Articles that are remembered for a statement."""
SILENT_MS = 14 * DAY_MS
"""How long a thread without a new statement is kept."""
MAX_TEXT = 300
MAX_PARTY = 100
"""Code points of how somebody is called in a thread."""
MAX_BYTES = 384 * 1024
"""What the threads of a dyad take at most, as one value of the store: words are as long as others like."""
SURELY_FIT = 120
"""Statements that fit whatever their words: one takes under 2.7 KiB, a thread beside its statements under 2 KiB."""

_GENITIVE = re.compile(r"['’]\w{1,4}\s+(\w[\w\s.-]*)")
"""What stands after a possessive: `Erdogan's main challenger`, `Millet İttifakı'nın cumhurbaşkanı`."""


def read_claims(threads: list[Thread], event: EnrichedEvent, watch_id: str, pair: tuple[str, str], at_ms: int) -> bool:
    """Join what an article says to the threads of a dyad.

    Args:
        threads: of the dyad; changed in place.
        event: the article.
        watch_id: part of a thread's id.
        pair: the dyad: the state said to act, the state said to be acted on.
        at_ms: event time.

    Returns:
        Whether anything was added.
    """
    source, target = pair
    theme = event.interference.themes[0] if event.interference.themes else "interference"
    changed = False
    acts = sorted(event.interactions, key=lambda act: not _accuses(act))  # an answer may stand before what it answers
    for act in acts:
        said_by, said_of = country_of(act.source), country_of(act.target)
        if _accuses(act) and said_of == source and said_by != source:
            changed |= _accuse(threads, act, event, watch_id, theme, at_ms)
        elif _accuses(act) and said_by == source and said_of == target:
            changed |= _answer(threads, MoveKind.COUNTER_ACCUSATION, act, event, at_ms)
        elif act.cameo.startswith("016") and said_by == source:
            changed |= _answer(threads, MoveKind.DENIAL, act, event, at_ms)
        elif act.cameo.startswith("05") and said_of == target and said_by not in {source, target, None}:
            changed |= _answer(threads, MoveKind.SUPPORT, act, event, at_ms)
    threads[:] = sorted(
        (thread for thread in threads if at_ms - last_ms(thread) <= SILENT_MS),
        key=lambda thread: (-last_ms(thread), thread.thread_id),
    )[:MAX_THREADS]
    if sum(len(thread.moves) for thread in threads) > SURELY_FIT:
        while weight(threads) > MAX_BYTES:
            threads.pop()
    return changed


def withdraw(threads: list[Thread], event_id: str) -> bool:
    """Take an article's statements back; a thread whose accusation nobody carries any more is withdrawn."""
    changed = False
    for thread in threads:
        for move in thread.moves:
            if event_id in move.events:
                move.events.remove(event_id)
                changed = True
        kept = [move for move in thread.moves if move.events]
        if not any(_is_claim(move) for move in kept) and not thread.withdrawn and len(kept) != len(thread.moves):
            thread.withdrawn = True
        elif not thread.withdrawn:
            thread.moves[:] = kept
    return changed


def state_of(thread: Thread) -> ThreadState:
    """Where a thread stands: withdrawn, else confirmed, else denied, else open."""
    if thread.withdrawn:
        return ThreadState.WITHDRAWN
    kinds = {move.kind for move in thread.moves}
    if MoveKind.CONFIRMATION in kinds:
        return ThreadState.CONFIRMED
    return ThreadState.DENIED if MoveKind.DENIAL in kinds else ThreadState.OPEN


def last_ms(thread: Thread) -> int:
    """Time of the last statement."""
    return max(move.at_ms for move in thread.moves)


def claim_thread(thread: Thread) -> ClaimThread:
    """The thread as alerts carry it."""
    moves = sorted(thread.moves, key=lambda move: (move.at_ms, move.kind))
    claimed = min(move.at_ms for move in moves if _is_claim(move))
    answers = [move.at_ms for move in moves if move.kind is MoveKind.DENIAL and move.at_ms >= claimed]
    answered = answers[0] if answers else None
    return ClaimThread(
        thread_id=_uuid(thread.thread_id),
        accuser=thread.accuser,
        accused=thread.accused,
        theme=thread.theme,
        state=state_of(thread),
        claimed_at=to_time(claimed),
        answered_at=None if answered is None else to_time(answered),
        response_s=None if answered is None else (answered - claimed) / 1000,
        moves=tuple(
            ClaimMove(
                move.kind,
                to_time(move.at_ms),
                move.by,
                _uuid(move.events[0] if move.events else thread.thread_id),
                move.text,
            )
            for move in moves
        ),
    )


def country_of(party: Party) -> str | None:
    """ISO alpha-3 of a party; None where its code names no country."""
    return party.code[:3] if party.code and len(party.code) >= 3 else None  # noqa: PLR2004 - alpha-3


def name_of(party: Party) -> str:
    """A party for people."""
    return party.name or party.text or party.code or "someone unnamed"


def _accuses(act: Interaction) -> bool:
    """CAMEO 112; PLOVER's ACCUSE holds criticism (111) too, which alleges no deed."""
    return act.cameo.startswith("112")


def _is_claim(move: Move) -> bool:
    return move.kind in {MoveKind.ACCUSATION, MoveKind.CONFIRMATION}


def _accuse(  # noqa: PLR0913, PLR0917 - what an accusation is made of
    threads: list[Thread], act: Interaction, event: EnrichedEvent, watch_id: str, theme: str, at_ms: int
) -> bool:
    accused = country_of(act.target) or ""
    # Who speaks for a state is one accuser with it; a person is an accuser of their own.
    who = (act.source.name or act.source.code or (act.source.text or "").casefold()) or "unnamed"
    thread_id = str(stable_id("thread", watch_id, who, accused, theme))
    kind = MoveKind.CONFIRMATION if act.status is ClaimStatus.CONFIRMED else MoveKind.ACCUSATION
    thread = next((t for t in threads if t.thread_id == thread_id), None)
    thread = thread or _same_quarrel(threads, act, str(event.event_id))
    if thread is None:
        thread = Thread(thread_id, _as_told(act.source), _short(act.target), theme, [])
        threads.append(thread)
    if is_description(thread.accuser) and not is_description(act.source):
        thread.accuser = _short(act.source)
    if thread.withdrawn:
        thread.withdrawn = False
        thread.moves.clear()
    return _move(thread, kind, act, event, at_ms)


def _same_quarrel(threads: list[Thread], act: Interaction, event_id: str) -> Thread | None:
    """The thread that an accusation repeats in other words: of the same accuser, or of whom a description most likely describes."""
    accused, accuser = country_of(act.target), country_of(act.source)
    against = [t for t in threads if country_of(t.accused) == accused and not t.withdrawn]
    same = [t for t in against if _who(t.accuser) == _who(act.source)]
    if same:
        return same[0]
    side = [t for t in against if accuser is None or country_of(t.accuser) in {None, accuser}]
    if not is_description(act.source):
        return next((t for t in side if is_description(t.accuser)), None)
    return max(side, key=lambda t: (event_id in events_of(t), len(events_of(t)), t.thread_id), default=None)


def is_description(party: Party) -> bool:
    """Whether somebody is only described: not named, a state as such, `<country> <office>`, or named as another's (X's rival)."""
    country = country_of(party)
    if not party.name or party.code == country:
        return True
    return _is_anothers(party) or (country is not None and party.name.startswith(country_name(country)))


def _is_anothers(party: Party) -> bool:
    """Whether the words name whose he is, not who: X's rival, X's candidate; then the name found in them may be X's."""
    others = _GENITIVE.search(party.text or "")
    if not party.name or not others:
        return False
    last = others[1].split()[-1]
    return last[0].islower() or _plain(last) not in _plain(party.name)


def _as_told(party: Party) -> Party:
    """A party for people: whoever is only named as another's must not go by that other's name."""
    told = Party(country_of(party), None, party.text) if _is_anothers(party) else party
    return _short(told)


def _short(party: Party) -> Party:
    name, text = party.name, party.text
    if max(len(name or ""), len(text or "")) <= MAX_PARTY:
        return party
    return Party(party.code, name and name[:MAX_PARTY], text and text[:MAX_PARTY])


def _plain(text: str) -> str:
    """Lower case without accents, so that Kilicdaroglu is found in Kılıçdaroğlu."""
    return unicodedata.normalize("NFKD", text.casefold().replace("ı", "i")).encode("ascii", "ignore").decode() or text


def events_of(thread: Thread) -> set[str]:
    """The articles that carry it."""
    return {id_ for move in thread.moves for id_ in move.events}


def _answer(threads: list[Thread], kind: MoveKind, act: Interaction, event: EnrichedEvent, at_ms: int) -> bool:
    """Join an answer to the threads it can be about: those of whom it names, else of whom the article carries, else the latest."""
    live = [thread for thread in threads if not thread.withdrawn]
    other = act.source if kind is MoveKind.SUPPORT else act.target
    named = [thread for thread in live if act.target.name and thread.accuser.name == act.target.name]
    carried = [thread for thread in live if any(str(event.event_id) in move.events for move in thread.moves)]
    same_side = [thread for thread in live if country_of(other) in {None, country_of(thread.accuser)}]
    if kind is MoveKind.SUPPORT:
        same_side = [thread for thread in live if country_of(thread.accuser) == country_of(act.target)]
    chosen = named or carried or sorted(same_side, key=lambda thread: (-last_ms(thread), thread.thread_id))[:1]
    joined = [_move(thread, kind, act, event, at_ms) for thread in chosen]
    return any(joined)


def _move(thread: Thread, kind: MoveKind, act: Interaction, event: EnrichedEvent, at_ms: int) -> bool:
    event_id = str(event.event_id)
    for move in thread.moves:
        if move.kind is kind and _is_one(move.by, act.source):
            if is_description(move.by) and not is_description(act.source):
                move.by = _short(act.source)
            _carry(move, event_id)
            return False
    if len(thread.moves) >= MAX_MOVES:
        return False
    thread.moves.append(Move(kind, at_ms, _as_told(act.source), act.span.text[:MAX_TEXT], [event_id]))
    return True


def _is_one(one: Party, other: Party) -> bool:
    """Whether two parties of a thread who say the same are one: by name, or one of them is only described and on the other's side."""
    if _who(one) == _who(other):
        return True
    sides = {country_of(one), country_of(other)} - {None}
    return len(sides) < 2 and (is_description(one) or is_description(other))  # noqa: PLR2004 - not two sides


def _carry(move: Move, event_id: str) -> None:
    if event_id not in move.events and len(move.events) < MAX_EVENTS:
        move.events.append(event_id)


def _who(party: Party) -> str:
    return (party.name or party.code or (party.text or "").casefold() or "unnamed")[:MAX_PARTY]


def _uuid(text: str) -> UUID:
    return UUID(text)
