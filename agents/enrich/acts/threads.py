"""What one interaction says about another: a denial answers the one who accused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from schemas.records import Interaction, Party

_COUNTRY: Final = slice(0, 3)


def answer(found: Sequence[Interaction]) -> tuple[Interaction, ...]:
    """Interactions with every denial's target set to the accuser, where the article names one.

    The accuser is the nearest one who accused the denier's country (or who it is that denies), first looking back,
    then ahead. CAMEO 016: the target of a denial is the one whose statement is denied.
    """
    accusations = [(n, one) for n, one in enumerate(found) if one.plover == "ACCUSE" and one.source.code]
    answered: list[Interaction] = []
    for n, one in enumerate(found):
        if one.cameo == "016" and one.source.code:
            accuser = _accuser(accusations, n, one.source.code[_COUNTRY])
            if accuser is not None and (
                one.target.code is None or one.target.code[_COUNTRY] == one.source.code[_COUNTRY]
            ):
                answered.append(msgspec.structs.replace(one, target=accuser))
                continue
        answered.append(one)
    return tuple(answered)


def _accuser(accusations: Sequence[tuple[int, Interaction]], at: int, country: str) -> Party | None:
    against = [
        (abs(n - at) + (100 if n > at else 0), one.source)
        for n, one in accusations
        if one.target.code
        and one.target.code[_COUNTRY] == country
        and one.source.code
        and one.source.code[_COUNTRY] != country
    ]
    return min(against, key=lambda item: item[0])[1] if against else None
