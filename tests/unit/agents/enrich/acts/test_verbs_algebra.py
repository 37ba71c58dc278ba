from __future__ import annotations

import pytest

from agents.enrich.acts.verbs import plover_of
from agents.enrich.acts.verbs_algebra import apply


@pytest.mark.parametrize(
    ("operator", "inner", "root"),
    [
        ("STOP", "172", "YIELD"),  # lifts a ban
        ("STOP", "070", "SANCTION"),  # suspends aid
        ("STOP", "143", "YIELD"),  # calls off a strike
        ("REFUSE", "085", "REJECT"),  # refuses to lift sanctions
        ("AGREE", "084", "AGREE"),  # agrees to release
        ("AGREE", "051", "SUPPORT"),  # pledges support
        ("FUTURE", "046", "AGREE"),  # will meet
        ("FUTURE", "190", "THREATEN"),  # will attack
        ("DEMAND", "087", "REQUEST"),  # demands a withdrawal
        ("DEMAND", "090", "ACCUSE"),  # calls for an investigation
        ("THREAT", "190", "THREATEN"),  # threatens to attack
        ("NOT", "070", "REJECT"),  # does not help
        ("DO", "141", "PROTEST"),  # stages a protest
    ],
)
def test_an_operator_changes_the_root_of_its_act(operator: str, inner: str, root: str) -> None:
    code = apply(operator, inner)

    assert code is not None
    assert plover_of(code) == root


def test_what_was_not_done_to_anybody_is_no_act() -> None:
    assert apply("NOT", "190") is None
