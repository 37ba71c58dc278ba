from __future__ import annotations

import msgspec

from bosphorus.report.claims import MAX_LINES, NOT_NAMED, draw, foremost, lines, shown
from schemas.records import ClaimMove, MoveKind, Party
from tests.unit.bosphorus.report.example import NOON, alert, an_id


def test_a_denial_goes_to_the_accuser_and_an_accusation_to_the_accused() -> None:
    drawing = draw(alert().claims)
    assert drawing
    assert set(drawing.sentences) == {
        "Kemal Kılıçdaroğlu accuses Russia (2 reports).",
        "Dmitry Peskov denies with regard to Kemal Kılıçdaroğlu.",
    }


def test_the_same_statement_is_listed_once_with_its_further_reports() -> None:
    assert [(line.move.kind, line.again) for line in lines(alert().claims[0])] == [
        (MoveKind.ACCUSATION, 1),
        (MoveKind.DENIAL, 0),
    ]


def test_a_source_that_is_not_named_stays_out_of_the_map() -> None:
    thread = alert().claims[0]
    move = ClaimMove(MoveKind.ACCUSATION, NOON, Party(), an_id(9), "it is said")
    assert shown(move.by) == NOT_NAMED
    assert draw([msgspec.structs.replace(thread, moves=(move,))]) is None


def test_nothing_said_is_no_map() -> None:
    assert draw([]) is None


def test_a_long_thread_is_cut_but_its_answer_stays() -> None:
    thread = alert().claims[0]
    accusers = [ClaimMove(MoveKind.ACCUSATION, NOON, Party(name=f"Speaker {n}"), an_id(n), "so") for n in range(20)]
    shown_lines = foremost(lines(msgspec.structs.replace(thread, moves=(*accusers, thread.moves[-1]))))
    assert len(shown_lines) == MAX_LINES
    assert shown_lines[-1].move.kind is MoveKind.DENIAL
