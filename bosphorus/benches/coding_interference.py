"""The interference set of this repository: headlines of any two states, in English, Turkish and Russian, by hand.

Four sets of two halves, and a fifth only to develop on: `dev.tsv`, `world-dev.tsv` and `press-dev.tsv`, which the rules are developed on, and `scored.tsv`,
`world-scored.tsv` and `press-scored.tsv`, which are only scored. The second set tells of real events of many pairs of states, in the
manner of different agencies; the third was written in six lots after the headlines of 2014 to 2026, half of them as plain as most
news, half of rare pairs and oblique words. All were labelled before any rule had seen them; `scored` halves were split off by a
hash of the headline, or by every other line. Columns: id, language, kind (positive, denial, third_party, hard_negative, plain), perpetrators and targets (alpha-3, `-` for none), title.
The fourth set (`dated-dev.tsv`, `dated-scored.tsv`) is of 2013 to 2025 and says of each headline when it was news, and which theme
it is about; its halves were drawn at random before any rule had seen it. The fifth (`agency-dev.tsv`) was written in lots as
agencies word their headlines, each scored once before it was developed on.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from agents.enrich.step import Enricher
from schemas.ids import stable_id
from schemas.records import NewsEvent, Status

HALVES = (
    "dev",
    "scored",
    "world-dev",
    "world-scored",
    "press-dev",
    "press-scored",
    "dated-dev",
    "dated-scored",
    "agency-dev",
)
STORY = 0.5
"""A score from here on says that it is such a story."""


class Item(NamedTuple):
    """One headline and what people said about it."""

    id: str
    language: str
    kind: str
    perpetrator: str | None
    target: str | None
    title: str
    at: datetime = datetime(2023, 5, 12, tzinfo=UTC)


class Figures(NamedTuple):
    """Precision and recall of score >= .5; how often both countries are right where it is such a story."""

    items: int
    precision: float
    recall: float
    both: float
    wrong: tuple[str, ...]


def read_half(folder: Path, half: str) -> list[Item]:
    """The items of a half."""
    with (folder / f"{half}.tsv").open(encoding="utf-8", newline="") as file:
        return [
            Item(
                row["id"],
                row["language"],
                row["kind"],
                None if row["perpetrators"] == "-" else row["perpetrators"],
                None if row["targets"] == "-" else row["targets"],
                row["title"],
                *([datetime.fromisoformat(row["date"]).replace(tzinfo=UTC)] if "date" in row else ()),
            )
            for row in csv.DictReader(file, delimiter="\t")
        ]


def score(items: list[Item], enrich: Enricher) -> Figures:
    """Code every headline and compare."""
    hits = given = wanted = both = 0
    wrong: list[str] = []
    for item in items:
        judged = enrich(_event(item)).interference
        story, is_story = judged.score >= STORY, item.perpetrator is not None
        hits += story and is_story
        given += story
        wanted += is_story
        right = is_story and judged.perpetrators[:1] == (item.perpetrator,) and judged.targets[:1] == (item.target,)
        both += right
        if story != is_story or (is_story and not right):
            wrong.append(item.id)
    return Figures(
        len(items),
        round(hits / given, 4) if given else 0.0,
        round(hits / wanted, 4) if wanted else 0.0,
        round(both / wanted, 4) if wanted else 0.0,
        tuple(wrong),
    )


def _event(item: Item) -> NewsEvent:
    return NewsEvent(
        event_id=stable_id("event", item.id),
        external_id=item.id,
        version=1,
        status=Status.USABLE,
        content_hash="",
        url=None,
        title=item.title,
        body="",
        byline=None,
        source="example.org",
        language=item.language,
        published_at=item.at,
        received_at=item.at,
        flags=(),
    )
