"""Claim threads: who accuses whom, who answers, and what is taken back."""

from __future__ import annotations

from datetime import timedelta

from msgspec import structs

from agents.watch.state import Thread, to_ms
from agents.watch.threads import MAX_MOVES, MAX_THREADS, claim_thread, is_description, read_claims, state_of, withdraw
from schemas.records import ClaimStatus, Interaction, MoveKind, Party, ThreadState
from tests.unit.agents.watch.streams import ACCUSED, ACCUSER, ACCUSES, DENIES, KREMLIN, MAY_11, act, article

PAIR = ("RUS", "TUR")
HOUR = timedelta(hours=1)
COUNTER = act(KREMLIN, ACCUSER, "112", "ACCUSE")
SUPPORT = act(Party("USAGOV", "Antony Blinken", "Blinken"), ACCUSER, "051", "SUPPORT")


def told(*told_in_turn: tuple[Interaction, ...]) -> list[Thread]:
    threads: list[Thread] = []
    for number, acts in enumerate(told_in_turn):
        event = article(f"t{number}", MAY_11 + number * HOUR, acts=acts)
        read_claims(threads, event, "rt", PAIR, to_ms(event.published_at))
    return threads


def test_an_accusation_opens_a_thread_and_a_denial_answers_it() -> None:
    [thread] = told((ACCUSES,), (DENIES,))
    claim = claim_thread(thread)
    assert (claim.state, claim.response_s) == (ThreadState.DENIED, 3600.0)
    assert claim.accuser == ACCUSER
    assert claim.accused == ACCUSED


def test_counter_accusation_and_support_join_the_thread() -> None:
    [thread] = told((ACCUSES,), (COUNTER,), (SUPPORT,))
    assert [move.kind for move in thread.moves] == [MoveKind.ACCUSATION, MoveKind.COUNTER_ACCUSATION, MoveKind.SUPPORT]
    assert state_of(thread) is ThreadState.OPEN


def test_a_description_joins_the_person_that_it_describes_whichever_comes_first() -> None:
    described = act(Party("TUROPP", "Türkiye opposition leader", "the opposition leader"), ACCUSED, "112", "ACCUSE")
    for acts in ((ACCUSES, described), (described, ACCUSES)):
        [thread] = told(*((one,) for one in acts))
        assert thread.accuser == ACCUSER


def test_a_rival_who_is_named_by_whom_he_challenges_is_not_taken_for_him() -> None:
    rival = act(Party("TURGOV", "Recep Tayyip Erdoğan", "Erdogan's main challenger"), ACCUSED, "112", "ACCUSE")
    [thread] = told((ACCUSES,), (rival,))
    assert thread.accuser == ACCUSER
    assert not is_description(Party("TUROPP", "Kemal Kılıçdaroğlu", "Turkey's Kilicdaroglu"))


def test_whoever_is_named_by_another_does_not_go_by_that_others_name() -> None:
    rival = act(Party("TURGOV", "Recep Tayyip Erdoğan", "Erdogan's main challenger"), ACCUSED, "112", "ACCUSE")
    [thread] = told((rival,))
    assert thread.accuser == thread.moves[0].by == Party("TUR", None, "Erdogan's main challenger")


def test_an_office_after_a_possessive_is_a_description() -> None:
    assert is_description(Party("TURGOV", "Nation Alliance Cumhurbaşkanı", "Millet İttifakı'nın cumhurbaşkanı"))
    assert not is_description(Party("TURGOV", "İbrahim Kalın", "Erdoğan'ın sözcüsü İbrahim Kalın"))


def test_the_accuser_in_other_words_is_no_new_statement_but_one_more_article_for_it() -> None:
    described = act(Party("TUROPP", "Türkiye opposition leader", "the opposition leader"), ACCUSED, "112", "ACCUSE")
    [thread] = told((ACCUSES,), (described,))
    assert [(move.by, len(move.events)) for move in thread.moves] == [(ACCUSER, 2)]


def test_a_state_that_denies_is_no_second_voice_beside_its_spokesman() -> None:
    russia = act(Party("RUS", "Russia", "Russia"), ACCUSER, "016", "DENY")
    for acts in ((DENIES, russia), (russia, DENIES)):
        [thread] = told((ACCUSES,), *((one,) for one in acts))
        assert [(move.kind, move.by) for move in thread.moves[1:]] == [(MoveKind.DENIAL, KREMLIN)]


def test_criticism_alleges_no_deed_and_opens_nothing() -> None:
    assert told((act(ACCUSER, ACCUSED, "111", "ACCUSE"),)) == []


def test_two_people_who_accuse_are_two_threads() -> None:
    other = act(Party("TUROPP", "Meral Akşener", "Akşener"), ACCUSED, "112", "ACCUSE")
    assert len(told((ACCUSES,), (other,))) == 2


def test_a_denial_alone_opens_nothing() -> None:
    assert told((DENIES,)) == []


def test_a_denial_that_stands_before_the_accusation_in_the_same_article_is_joined() -> None:
    [thread] = told((DENIES, ACCUSES))
    assert claim_thread(thread).response_s == 0.0


def test_saying_it_again_is_no_new_statement_but_one_more_article_for_it() -> None:
    [thread] = told((ACCUSES,), (ACCUSES,), (ACCUSES,))
    assert [len(move.events) for move in thread.moves] == [3]


def test_a_confirmation_is_told_apart_from_an_accusation() -> None:
    confirmed = act(ACCUSER, ACCUSED, "112", "ACCUSE")
    [thread] = told((ACCUSES,), (structs.replace(confirmed, status=ClaimStatus.CONFIRMED),))
    assert state_of(thread) is ThreadState.CONFIRMED


def test_other_peoples_quarrels_are_left_alone() -> None:
    german = Party("DEUGOV", "Olaf Scholz", "Scholz")
    assert told((act(german, Party("CHN", "China", "China"), "112", "ACCUSE"),)) == []


def test_a_thread_whose_accusation_nobody_carries_any_more_is_withdrawn() -> None:
    threads = told((ACCUSES,), (ACCUSES,), (DENIES,))
    events = threads[0].moves[0].events[:]
    assert withdraw(threads, events[0])
    assert state_of(threads[0]) is ThreadState.DENIED
    assert withdraw(threads, events[1])
    assert claim_thread(threads[0]).state is ThreadState.WITHDRAWN


def test_threads_and_statements_are_bounded() -> None:
    many = [(act(Party("TURGOV", f"Minister {n}", f"Minister {n}"), ACCUSED, "112", "ACCUSE"),) for n in range(100)]
    assert len(told(*many)) == MAX_THREADS
    deniers = [(act(Party("RUSGOV", f"Speaker {n}", f"Speaker {n}"), ACCUSER, "016", "DENY"),) for n in range(100)]
    [thread] = told((ACCUSES,), *deniers)
    assert len(thread.moves) == MAX_MOVES
