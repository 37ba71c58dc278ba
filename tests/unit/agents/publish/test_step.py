"""What a message of an alert is published as."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from agents.publish.step import publications
from schemas.records import Alert, MsgType
from schemas.wire import Codec
from tests.unit.agents.watch.streams import MAY_11, as_items, may_2023, run


@pytest.fixture(scope="module")
def messages() -> list[Alert]:
    return run(as_items(may_2023(), MAY_11 + timedelta(days=4)))


def test_the_compacted_topic_ends_up_with_exactly_what_is_open(messages: list[Alert]) -> None:
    sent = [p for message in messages[:-1] for p in publications(message) if p.topic == "current"]
    current = {p.key: p.value for p in sent if p.value is not None}  # as the broker compacts
    assert [Codec().decode(value, Alert) for value in current.values()] == [messages[-2]]
    assert messages[-1].msg_type is MsgType.CLOSED
    [tombstone] = [p for p in publications(messages[-1]) if p.topic == "current"]
    assert tombstone.key in current
    assert tombstone.value is None


def test_a_cloud_event_carries_the_whole_alert_and_the_required_attributes(messages: list[Alert]) -> None:
    [record] = [p for p in publications(messages[0]) if p.topic == "cloudevents"]
    assert record.value is not None
    event = json.loads(record.value)
    assert event["specversion"] == "1.0"
    assert event["id"] == f"{messages[0].alert_id}/1"
    assert event["type"].endswith(".alert")
    assert event["datacontenttype"] == "application/json"
    assert event["data"]["headline"] == messages[0].headline
    assert dict(record.headers)["content-type"].startswith(b"application/cloudevents+json")


def test_binary_mode_headers_stand_on_the_avro_record(messages: list[Alert]) -> None:
    headers = dict(publications(messages[0])[0].headers)
    assert {"ce_specversion", "ce_id", "ce_source", "ce_type", "content-type"} <= set(headers)


def test_a_repeated_message_is_published_alike(messages: list[Alert]) -> None:
    assert publications(messages[0]) == publications(messages[0])
