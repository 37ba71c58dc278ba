"""What an operator makes of an act: to lift sanctions is to yield, to refuse to lift them is to reject.

CAMEO codes the whole of it: promised help is an expression of intent (03), refused help a rejection (12), stopped
help a reduction of relations (16), a ban that is lifted a concession (08), a strike that is announced a threat (13).
So verbs are read from the inside out: the innermost act first, then each operator around it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from agents.enrich.acts.verbs import plover_of

_PROMISE: Final = {"CONSULT": "036", "SUPPORT": "032", "COOPERATE": "031", "AID": "033", "YIELD": "035"}
_ASK: Final = {"CONSULT": "105", "SUPPORT": "102", "COOPERATE": "101", "AID": "103", "YIELD": "105"}
_STOP: Final = {
    "AID": "162", "COOPERATE": "160", "SUPPORT": "160", "CONSULT": "164", "AGREE": "120",
    "SANCTION": "085", "COERCE": "081", "ASSAULT": "087", "MOBILIZE": "087", "PROTEST": "080", "THREATEN": "080",
    "ACCUSE": "080", "REJECT": "080", "REQUEST": "080", "YIELD": "120", "DENY": "080",
}  # fmt: skip
_THREATEN: Final = {"SANCTION": "136", "COERCE": "137", "ASSAULT": "138", "PROTEST": "133"}

FRIENDLY: Final = frozenset({"AGREE", "CONSULT", "SUPPORT", "COOPERATE", "AID", "YIELD"})
HOSTILE: Final = frozenset({"THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"})


def apply(operator: str, cameo: str) -> str | None:
    """The CAMEO code of an operator around an act; None if the two together are no act.

    Args:
        operator: DO STOP AGREE REFUSE DEMAND THREAT, or FUTURE and NOT, which come from the verb's auxiliaries.
        cameo: code of the inner act.
    """
    rule = _RULES.get(operator)
    return rule(plover_of(cameo), cameo) if rule else cameo


def _demand(root: str, cameo: str) -> str:
    if root == "ACCUSE":
        return cameo
    # Who calls for sanctions or a ban blames.
    return "111" if root == "SANCTION" or cameo.startswith("172") else _ASK.get(root, "100")


def _agree(root: str, cameo: str) -> str:
    # Who pledges support gives it by saying so.
    return cameo if root == "SUPPORT" else _intend(root, cameo)


def _intend(root: str, cameo: str) -> str:
    if root in FRIENDLY:
        return _PROMISE.get(root, "030")
    if root in HOSTILE:
        return _THREATEN.get(root, "130")
    return cameo


def _negate(root: str, cameo: str) -> str | None:  # noqa: ARG001 - a rule takes root and code
    return "120" if root in FRIENDLY else None


_RULES: Final[dict[str, Callable[[str, str], str | None]]] = {
    "STOP": lambda root, _: _STOP[root],
    "REFUSE": lambda *_: "120",
    "DEMAND": _demand,
    "THREAT": lambda root, _: _THREATEN.get(root, "130"),
    "AGREE": _agree,
    "FUTURE": _intend,
    "NOT": _negate,
}


def is_hostile(cameo: str) -> bool:
    """Whether the act is a wrong somebody could be accused of."""
    return plover_of(cameo) in HOSTILE
