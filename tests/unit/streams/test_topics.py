from datetime import timedelta

import pytest
from pydantic import ValidationError

from schemas.errors import SettingsError
from streams.settings import StreamsSettings
from streams.topics import HEADERS_ROOM_BYTES, Topic, catalogue, changelog

TOPICS = catalogue(StreamsSettings())


def test_every_topic_of_the_design_is_listed_in_the_order_of_an_events_way() -> None:
    assert [topic.name for topic in TOPICS] == [
        "news.raw",
        "news.events",
        "news.enriched",
        "watch.events",
        "alerts.interference",
        "alerts.interference.current",
        "alerts.interference.cloudevents",
        "alerts.interference.stix",
        "news.dead-letters",
    ]


def test_a_dead_letter_has_room_for_any_record_of_ours_and_its_headers() -> None:
    largest = max(t.max_message_bytes for t in TOPICS if t is not TOPICS.dead_letters)
    assert largest + HEADERS_ROOM_BYTES <= TOPICS.dead_letters.max_message_bytes == TOPICS.max_record_bytes


def test_an_article_over_the_limit_still_gets_into_the_raw_topic_so_that_it_can_be_refused_with_a_reason() -> None:
    settings = StreamsSettings(max_article_bytes=1_000_000)
    assert catalogue(settings).raw.max_message_bytes >= 1.5 * settings.max_article_bytes


def test_events_and_enriched_have_equal_partitions_whatever_the_settings() -> None:
    topics = catalogue(StreamsSettings(partitions=7))
    assert topics.events.partitions == topics.enriched.partitions == 7


def test_the_broker_sets_the_times_so_that_a_replay_of_old_news_is_not_deleted_on_arrival() -> None:
    assert {topic.config["message.timestamp.type"] for topic in TOPICS} == {"LogAppendTime"}


def test_only_the_current_alerts_are_compacted() -> None:
    assert [t.name for t in TOPICS if t.config["cleanup.policy"] == "compact"] == ["alerts.interference.current"]
    assert TOPICS.current.config["retention.ms"] == "-1"


def test_retention_and_prefix_come_from_the_settings() -> None:
    topics = catalogue(StreamsSettings(topic_prefix="staging.", article_retention_days=0.5))
    assert topics.raw.name == "staging.news.raw"
    assert topics.raw.retention == timedelta(hours=12)
    assert topics.dead_letters.config["retention.ms"] == str(12 * 3600 * 1000)


def test_three_replicas_ask_for_two_in_sync() -> None:
    assert catalogue(StreamsSettings(replication=3)).raw.config["min.insync.replicas"] == "2"
    assert TOPICS.raw.config["min.insync.replicas"] == "1"


def test_a_changelog_is_compacted_and_partitioned_like_what_fills_it() -> None:
    topic: Topic = changelog(StreamsSettings(partitions=3), "bosphorus-watch", "state")
    assert (topic.name, topic.partitions, topic.cleanup_policy) == ("bosphorus-watch-state-changelog", 3, "compact")
    # What is not compacted yet is read by every restart.
    assert topic.max_message_bytes < int(topic.config["segment.bytes"]) < 8 * 2**20
    assert float(topic.config["min.cleanable.dirty.ratio"]) < 0.5


def test_a_topic_may_be_kept_for_days_of_its_own_and_the_others_stay_as_they_are() -> None:
    settings = StreamsSettings(topic_retention_days="news.raw=2, news.dead-letters=90", topic_prefix="x.")
    topics = catalogue(settings)
    assert topics.raw.retention == timedelta(days=2)
    assert topics.dead_letters.retention == timedelta(days=90)
    assert topics.events.retention == TOPICS.events.retention


@pytest.mark.parametrize("name", ["news.row", "alerts.interference.current"])
def test_days_for_a_topic_in_which_nothing_ages_are_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}; the topics that records age in are news.raw"):
        catalogue(StreamsSettings(topic_retention_days=f"{name}=2"))


@pytest.mark.parametrize(
    "text", ["news.raw", "news.raw=", "news.raw=soon", "news.raw=-1", "news.raw=nan", "news.raw=inf"]
)
def test_days_that_are_none_are_named(text: str) -> None:
    with pytest.raises(ValidationError, match=r"should be TOPIC=DAYS, e\.g\. news\.raw=2"):
        StreamsSettings(topic_retention_days=text)


def test_a_segment_is_closed_soon_enough_that_retention_means_something() -> None:
    days = {topic.name: topic.gone_after for topic in catalogue(StreamsSettings(topic_retention_days="news.raw=0.25"))}
    assert days["news.raw"] == timedelta(hours=7)
    assert days["news.events"] == timedelta(days=33)
    assert days["alerts.interference"] == timedelta(days=372)
    assert "segment.ms" not in TOPICS.current.config
