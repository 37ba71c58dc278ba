from __future__ import annotations

import itertools
import json
from collections import Counter
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest

from agents.normalise.step import normalise
from agents.settings import AgentsSettings
from bosphorus.demo.compose import SAMPLE, compose
from schemas.errors import BadRecordError
from schemas.records import Status


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return compose().splitlines()


@pytest.fixture(scope="module")
def articles(lines: list[str]) -> list[dict[str, Any]]:
    found = []
    for line in lines:
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict) and isinstance(value.get("body"), str) and value["body"]:
            found.append(value)
    return found


def test_the_shipped_sample_is_what_its_sources_compose() -> None:
    assert (files("bosphorus.demo") / SAMPLE).read_text(encoding="utf-8") == compose(), (
        "run `python -m bosphorus.demo.compose`"
    )


def test_it_has_about_three_hundred_articles_in_three_languages(articles: list[dict[str, Any]]) -> None:
    languages = Counter(article["language"] for article in articles)
    assert 280 <= len(articles) <= 320
    assert set(languages) == {"en", "tr", "ru"}
    assert min(languages.values()) > 50


def test_the_broken_lines_are_rejected_each_for_its_reason(lines: list[str]) -> None:
    reasons = Counter[str]()
    for line in lines:
        try:
            normalise(line.encode(), received_at=None, settings=AgentsSettings(), max_bytes=1 << 20)
        except BadRecordError as error:
            reasons[error.reason] += 1
    assert reasons == {"truncated_json": 1, "wrong_type": 1, "no_text": 1, "not_json": 1, "not_an_object": 1}


def test_one_article_is_withdrawn_and_one_is_corrected(articles: list[dict[str, Any]]) -> None:
    later = [article for article in articles if article.get("version", 1) > 1]
    assert {article.get("status", Status.USABLE) for article in later} == {"canceled", "usable"}
    for article in later:
        assert sum(other["id"] == article["id"] and other["url"] == article["url"] for other in articles) == 2


def test_articles_come_in_order_save_for_a_few_that_are_up_to_two_hours_late(articles: list[dict[str, Any]]) -> None:
    times = [datetime.fromisoformat(a["published_at"]) for a in articles if a["published_at"] < "2024"]
    delays = [newest - at for newest, at in zip(itertools.accumulate(times, max), times, strict=True) if newest > at]
    assert 3 <= len(delays) <= 30
    assert max(delays) <= timedelta(hours=2)


def test_only_intended_copies_are_alike(articles: list[dict[str, Any]]) -> None:
    def shingles(article: dict[str, Any]) -> frozenset[tuple[str, str, str]]:
        words = article["body"].lower().split()
        return frozenset(zip(words, words[1:], words[2:], strict=False))

    # The one with the absurd date is a broken line of its own, without copies.
    known = [(article["url"].rsplit("/", 1)[1], shingles(article)) for article in articles]
    for (one, left), (other, right) in itertools.combinations(known, 2):
        if one != other:
            assert len(left & right) <= 0.3 * len(left | right), f"{one} and {other} are too much alike"


def test_no_link_pretends_to_lead_to_a_real_outlet(articles: list[dict[str, Any]]) -> None:
    assert all(article["url"].split("/")[2].endswith(".example") for article in articles)
