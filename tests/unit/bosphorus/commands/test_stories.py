"""`bosphorus stories` by its public contract: every article comes out with its story, the same on every run and in any order."""

from __future__ import annotations

import json
import random
import uuid
from typing import Any

import jsonschema
from click.testing import CliRunner

from bosphorus.commands.stories import command
from schemas.doors import StoryLine
from schemas.generate import json_schema

REPORT = (
    "Republican People's Party leader Kemal Kilicdaroglu accused Russia on Thursday of spreading deep fakes and fabricated "
    "videos before Sunday's election, and warned Moscow to keep its hands off the Turkish state."
)
REWORDED = (
    "Opposition candidate Kemal Kilicdaroglu warned Russia late on Thursday to keep its hands off the Turkish state, saying that "
    "Moscow was behind deep fakes and fabricated videos that appeared before Sunday's election."
)
OTHER = (
    "A bridge over the river Vistula was closed in Warsaw after inspectors found cracks in two of its cables on Monday."
)


def article(id_: str, body: str, hour: int) -> dict[str, Any]:
    return {"id": id_, "title": "", "body": body, "published_at": f"2023-05-12T{hour:02d}:00:00Z", "language": "en"}


ARTICLES = [
    article("first", REPORT, 6),
    article("copy", REPORT + " Subscribe to our newsletter.", 7),
    article("reworded", REWORDED, 8),
    article("other", OTHER, 9),
]


def stories(articles: list[dict[str, Any]]) -> dict[str, str]:
    result = CliRunner().invoke(command, input="\n".join(map(json.dumps, articles)), catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    for line in lines:
        jsonschema.validate(line, json_schema(StoryLine))
        assert list(line) == ["external_id", "story_id"]
        assert uuid.UUID(line["story_id"]).version == 5
    assert [line["external_id"] for line in lines] == [one["id"] for one in articles]
    return {line["external_id"]: line["story_id"] for line in lines}


def test_copies_and_rewordings_share_a_story_and_other_news_do_not() -> None:
    found = stories(ARTICLES)
    assert found["first"] == found["copy"] == found["reworded"]
    assert found["other"] != found["first"]


def test_the_order_of_the_lines_does_not_matter() -> None:
    shuffled = ARTICLES[:]
    random.Random(2).shuffle(shuffled)
    assert stories(shuffled) == stories(ARTICLES)


def test_the_same_article_twice_is_the_same_story() -> None:
    again = {**ARTICLES[0], "id": "again"}
    found = stories([*ARTICLES, again])
    assert found["again"] == found["first"]
