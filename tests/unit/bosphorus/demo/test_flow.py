from __future__ import annotations

from bosphorus.demo.flow import Flow


def test_everything_is_through_once_each_article_has_come_out_and_each_alert_is_published() -> None:
    assert Flow(raw=300, events=295, enriched=295, dead_letters=5, alerts=2, cloudevents=2).through


def test_nothing_is_through_before_anything_was_sent() -> None:
    assert not Flow().through


def test_an_article_on_its_way_or_an_alert_not_yet_published_is_not_through() -> None:
    assert not Flow(raw=300, enriched=294, dead_letters=5).through
    assert not Flow(raw=300, enriched=295, dead_letters=5, alerts=2, cloudevents=1).through
