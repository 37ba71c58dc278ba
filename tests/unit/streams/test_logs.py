"""JSON on a pipe, one line an event, whoever speaks."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from schemas.errors import SettingsError
from streams.logs import Calm, configure_logs
from streams.settings import StreamsSettings


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def _settings(**values: object) -> StreamsSettings:
    return StreamsSettings.model_validate(values)


def test_a_pipe_gets_json_with_level_time_and_fields() -> None:
    out = io.StringIO()
    configure_logs(_settings(log_level="debug"), out)
    structlog.get_logger("here").debug("processed", topic="news.raw", partition=3, offset=7)
    line = json.loads(out.getvalue())
    assert line["event"] == "processed"
    assert (line["topic"], line["partition"], line["offset"]) == ("news.raw", 3, 7)
    assert line["level"] == "debug"
    assert line["timestamp"].endswith("Z")


def test_libraries_speak_the_same_way() -> None:
    out = io.StringIO()
    configure_logs(_settings(log_level="info"), out)
    logging.getLogger("aiokafka.cluster").warning("no broker %s", 1)
    assert json.loads(out.getvalue())["event"] == "no broker 1"


def test_libraries_small_talk_is_left_out() -> None:
    out = io.StringIO()
    configure_logs(_settings(log_level="info"), out)
    logging.getLogger("faust.app").info("starting")
    assert out.getvalue() == ""


def test_newlines_in_hostile_text_stay_within_one_line() -> None:
    out = io.StringIO()
    configure_logs(_settings(), out)
    structlog.get_logger("here").info("dead letter", message="a\nb\x1b[31m")
    assert out.getvalue().count("\n") == 1
    assert "\x1b" not in out.getvalue()


def test_a_level_that_does_not_exist_is_named() -> None:
    with pytest.raises(SettingsError, match="BOSPHORUS_LOG_LEVEL='loud'"):
        configure_logs(_settings(log_level="loud"), io.StringIO())


def test_what_the_libraries_say_all_the_time_while_kafka_is_away_is_left_out() -> None:
    out = io.StringIO()
    configure_logs(_settings(log_level="info"), out)
    for _ in range(100):
        logging.getLogger("aiokafka").error("Unable connect to node with id %s: %s", 1, "refused")
        logging.getLogger("aiokafka.consumer.group_coordinator").warning("Marking the coordinator dead (node %s)", 1)
    assert out.getvalue() == ""


def test_a_library_says_the_same_thing_once_a_minute_and_other_things_at_once() -> None:
    now = 0.0
    calm = Calm(lambda: now)

    def passes(message: str) -> bool:
        return bool(calm.filter(logging.LogRecord("aiokafka.x", logging.WARNING, "", 0, message, None, None)))

    assert [passes("a"), passes("a"), passes("b")] == [True, False, True]
    now = 60.0
    assert passes("a")


def test_at_the_debug_level_nothing_is_left_out() -> None:
    out = io.StringIO()
    configure_logs(_settings(log_level="debug"), out)
    logging.getLogger("aiokafka").error("Unable connect to node with id %s", 1)
    assert "Unable connect" in out.getvalue()


@pytest.mark.parametrize("library", ["aiokafka.conn", "kafka.admin.client", "kafka.protocol.parser", "httpx"])
def test_the_libraries_own_debug_lines_hold_secrets_and_are_let_through_at_no_level(library: str) -> None:
    out = io.StringIO()
    configure_logs(_settings(log_level="debug"), out)
    logging.getLogger(library).debug("config: %s", {"sasl_plain_password": "hunter2"})
    assert out.getvalue() == ""
