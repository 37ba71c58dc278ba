"""The grammar of actor codes."""

from __future__ import annotations

import pytest

from agents.enrich.actors.codes import ActorCode
from schemas.errors import ActorCodeError


@pytest.mark.parametrize(
    "code", ["TUR", "TURGOV", "RUSGOVMED", "IGOWSTNAT", "IGOUNO", "IGOEUREECECMGOV", "NGOAMN", "IMGALQ", "XKX"]
)
def test_legal_codes_are_made(code: str) -> None:
    assert ActorCode(code) == code


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("", "groups of three"),
        ("TU", "groups of three"),
        ("TURGOVMILBUSMEDCVL", "groups of three"),
        ("ROMGOV", "neither a country"),
        ("GOVTUR", "neither a country"),
        ("TURGOVGOV", "twice"),
        ("RUSMEDGOV", "too late"),
        ("RUSNAT", "can't follow"),
        ("turgov", "neither a country"),
    ],
)
def test_illegal_codes_cannot_be_made(code: str, why: str) -> None:
    with pytest.raises(ActorCodeError, match=why):
        ActorCode(code)


def test_a_code_knows_its_country_and_role() -> None:
    assert (ActorCode("TUR", "GOV").country, ActorCode("TURGOV").role) == ("TUR", "GOV")
    assert ActorCode("IGOWSTNAT").country is None
