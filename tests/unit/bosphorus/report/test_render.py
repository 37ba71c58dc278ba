from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from bosphorus.report.model import History
from bosphorus.report.render import render, write_report
from schemas.errors import BosphorusError
from schemas.records import MsgType
from tests.unit.bosphorus.report.example import HOSTILE, HOUR, NOON, alert, an_id, history, story


def test_the_same_run_gives_the_same_bytes() -> None:
    assert render([alert()], history(story(0))) == render([alert()], history(story(0)))


def test_a_run_without_news_is_a_page_too() -> None:
    assert "Nothing crossed its threshold" in render([], History(articles=1))
    assert "There was nothing to read" in render([], History(rejected=3))


def test_what_came_too_late_is_told_where_there_was_any() -> None:
    assert "too late" not in render([], History(articles=1))
    assert "too late to count" in render([], History(articles=1, late=1))


def test_a_period_over_the_turn_of_the_year_names_both_years() -> None:
    page = render([], History(datetime(2022, 12, 30, tzinfo=UTC), datetime(2023, 1, 2, tzinfo=UTC), articles=1))
    assert "30 Dec 2022 – 2 Jan 2023" in page


def test_everything_that_others_wrote_is_escaped() -> None:
    hostile = story(0, title=HOSTILE, url="javascript:alert(3)", copies=1)
    page = render([alert(headline=HOSTILE, explanation=HOSTILE, theme="deep_fake")], history(hostile))
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "javascript:" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_only_web_addresses_become_links() -> None:
    page = render(
        [alert(evidence=())], history(story(0, url="data:text/html,x"), story(1, url="https://two.example/b"))
    )
    assert set(re.findall(r'href="([^"#]+)"', page)) == {"https://two.example/b"}


def test_it_loads_nothing_and_its_policy_allows_its_own_style_and_script_alone() -> None:
    page = render([alert()], history(story(0, copies=2)))
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    rules = policy[1].replace("&#39;", "'")
    for tag in ("style", "script"):
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert inside
        digest = base64.b64encode(hashlib.sha256(inside[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in rules
    assert rules.startswith("default-src 'none'")
    assert not re.search(r"<(link|iframe|object|embed|img)\b|@import|url\((?!#)|\bstyle=|\son[a-z]+=", page)


def test_copies_are_folded_under_their_story() -> None:
    page = render([alert()], history(story(0, copies=2)))
    assert "2 copies" in page
    assert page.count("A story, copied") == 2


def test_an_alert_is_shown_once_in_its_last_state_with_its_life() -> None:
    closed = alert(sequence=2, msg_type=MsgType.CLOSED, closed_at=NOON + 5 * HOUR, updated_at=NOON + 5 * HOUR)
    page = render([alert(), closed], history(story(0)))
    assert page.count('class="card" id="alert-') == 1
    assert "2 messages, last: Closed" in page


def test_stories_of_another_watch_or_theme_or_time_are_left_out() -> None:
    other = msgspec.structs.replace(story(0, title="Of another watch"), watch_id="other")
    early = msgspec.structs.replace(story(1, title="Long before"), published_at=NOON - 20 * HOUR)
    page = render([alert(claims=())], history(story(2, title="Mine"), other, early))
    assert "Mine" in page
    assert "Of another watch" not in page
    assert "Long before" not in page


def test_a_statement_names_the_article_that_carries_it() -> None:
    page = render([alert()], history(msgspec.structs.replace(story(2, title="The answer"), event_id=an_id(202))))
    assert "denied after 14 h" in page
    assert re.search(r"Dmitry Peskov</strong> denies.*?The answer", page, re.DOTALL)


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(BosphorusError, match=r"taken/report\.html"):
        write_report(tmp_path / "taken" / "report.html", [], History())
