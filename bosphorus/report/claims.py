"""Who said what of whom: the statements of an episode as a small drawing of speakers, addressees and arrows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from schemas.records import ClaimMove, ClaimThread, MoveKind, Party

WIDTH, BOX_WIDTH, BOX_HEIGHT, GAP, TOP = 440, 150, 46, 22, 30
MAX_SPEAKERS = 7
MAX_NAME = 20
MAX_LINES = 8
NOT_NAMED = "a source not named"

VERBS = {
    MoveKind.ACCUSATION: "accuses",
    MoveKind.DENIAL: "denies",
    MoveKind.COUNTER_ACCUSATION: "accuses in turn",
    MoveKind.SUPPORT: "supports",
    MoveKind.CONFIRMATION: "confirms",
}


class Box(Struct, frozen=True):
    """A speaker (left) or the one spoken of (right)."""

    x: float
    y: float
    name: str
    detail: str


class Arrow(Struct, frozen=True):
    """Statements of one kind from one speaker to one addressee."""

    path: str
    kind: str
    count: int
    x: float
    y: float


class Map(Struct, frozen=True):
    """The drawing; `sentences` say the same in words."""

    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    sentences: tuple[str, ...]
    kinds: tuple[str, ...]


class Line(Struct, frozen=True):
    """A statement in a thread, with how often the same speaker made it."""

    move: ClaimMove
    again: int


def shown(party: Party) -> str:
    """A party's name for people."""
    return party.name or party.text or party.code or NOT_NAMED


def lines(thread: ClaimThread) -> list[Line]:
    """The first statement of each kind and speaker, in event time."""
    count = Counter((move.kind, shown(move.by)) for move in thread.moves)
    first: dict[tuple[MoveKind, str], ClaimMove] = {}
    for move in thread.moves:
        first.setdefault((move.kind, shown(move.by)), move)
    return [Line(move=move, again=count[key] - 1) for key, move in first.items()]


def foremost(found: list[Line]) -> list[Line]:
    """At most MAX_LINES of them, the first of each kind among them, in event time."""
    kinds = {line.move.kind: line for line in reversed(found)}
    rest = [line for line in found if kinds[line.move.kind] is not line]
    kept = [*kinds.values(), *rest][:MAX_LINES]
    return [line for line in found if line in kept]


def draw(threads: Iterable[ClaimThread]) -> Map | None:
    """Return the map of these threads; None if nobody said anything."""
    said: Counter[tuple[str, str, MoveKind]] = Counter()
    codes: dict[str, str] = {}
    for thread in threads:
        for party in (thread.accuser, thread.accused, *(move.by for move in thread.moves)):
            codes.setdefault(shown(party), party.code or "")
        for move in thread.moves:
            if shown(move.by) == NOT_NAMED:
                continue
            # An answer is addressed to who accused; everything else speaks of the accused.
            answers = move.kind in {MoveKind.DENIAL, MoveKind.COUNTER_ACCUSATION}
            said[shown(move.by), shown(thread.accuser if answers else thread.accused), move.kind] += 1
    speakers = [name for name, _ in _weights(said, 0)][:MAX_SPEAKERS]
    said = Counter({key: n for key, n in said.items() if key[0] in speakers})
    if not said:
        return None
    addressees = [name for name, _ in _weights(said, 1)]
    rows = max(len(speakers), len(addressees))
    height = TOP + rows * (BOX_HEIGHT + GAP)
    left = {name: _place(i, len(speakers), rows) for i, name in enumerate(speakers)}
    right = {name: _place(i, len(addressees), rows) for i, name in enumerate(addressees)}
    boxes = [Box(x=0, y=y, name=_short(name), detail=codes.get(name, "")) for name, y in left.items()]
    boxes += [Box(x=WIDTH - BOX_WIDTH, y=y, name=_short(name), detail=codes.get(name, "")) for name, y in right.items()]
    return Map(
        height=height,
        boxes=tuple(boxes),
        arrows=tuple(_arrows(said, left, right)),
        sentences=tuple(
            f"{speaker} {VERBS[kind]}{' with regard to' if kind is not MoveKind.ACCUSATION else ''} {other}"
            f"{f' ({n} reports)' if n > 1 else ''}."
            for (speaker, other, kind), n in said.most_common()
        ),
        kinds=tuple(kind for kind in MoveKind if any(key[2] is kind for key in said)),
    )


def _weights(said: Counter[tuple[str, str, MoveKind]], side: int) -> list[tuple[str, int]]:
    total: Counter[str] = Counter()
    for key, n in said.items():
        total[key[side]] += n
    return sorted(total.items(), key=lambda item: (-item[1], item[0]))


def _place(index: int, count: int, rows: int) -> float:
    step = BOX_HEIGHT + GAP
    return TOP + (rows - count) * step / 2 + index * step


def _arrows(
    said: Counter[tuple[str, str, MoveKind]], left: dict[str, float], right: dict[str, float]
) -> Sequence[Arrow]:
    arrows = []
    between: Counter[tuple[str, str]] = Counter()
    for (speaker, other, kind), n in sorted(said.items()):
        shift = (between[speaker, other] * 16) - 6
        between[speaker, other] += 1
        y1, y2 = left[speaker] + BOX_HEIGHT / 2 + shift, right[other] + BOX_HEIGHT / 2 + shift
        x1, x2 = BOX_WIDTH + 3, WIDTH - BOX_WIDTH - 8
        middle = (x1 + x2) / 2
        arrows.append(
            Arrow(
                path=f"M{x1} {y1:.1f}C{middle} {y1:.1f} {middle} {y2:.1f} {x2} {y2:.1f}",
                kind=kind,
                count=n,
                # Nearer to the speaker, where arrows to one addressee are still apart.
                x=x1 + 24,
                y=round(y1 + (y2 - y1) * 0.09, 1),
            )
        )
    return arrows


def _short(name: str) -> str:
    return name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1].rstrip()}…"
