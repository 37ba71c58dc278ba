"""Logs: structlog for everything, our own lines and the libraries' alike. JSON on a pipe, readable on a terminal."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from typing import TextIO

import structlog

from schemas.errors import SettingsError
from streams.settings import StreamsSettings

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
FORMATS = ("auto", "json", "console")
CHATTY = ("aiokafka", "faust", "mode", "asyncio", "kafka", "aiohttp", "httpx", "httpcore")
"""Libraries whose info lines say little to an operator: they speak from warning on, or at our debug level from info on.

Never from debug on: kafka-python's debug lines hold passwords, and both Kafka clients' hold tokens.
"""


_OUTAGE_WORDS = (
    "Unable connect to",
    "Unable to update metadata",
    "Unable to request metadata",
    "Failed fetch messages",
    "Group Coordinator Request failed",
    "Got error produce response",
    "Marking the coordinator dead",
    "Error sending ",
    "Heartbeat ",
    "LeaveGroup request failed",
    "Timer ",
    "Connection failed",
    "<KafkaConnection",
    "Bootstrap ",
)
"""How the libraries begin what they say many times a second while Kafka is away. `outage` says it, once."""
REPEAT_AFTER_S = 60.0
MAX_REMEMBERED = 1_000


class Calm(logging.Filter):
    """Lets a library say each thing once a minute, and nothing of what `outage` says better.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._said: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """False for a line that is left out."""
        if isinstance(record.msg, str) and record.msg.startswith("[^") and record.levelno < logging.ERROR:
            return False  # mode, of the services it starts and stops, in the name of our own modules
        if record.name.partition(".")[0] not in CHATTY or record.levelno < logging.WARNING:
            return True
        if record.levelno < logging.CRITICAL and record.getMessage().startswith(_OUTAGE_WORDS):
            return False
        if len(self._said) > MAX_REMEMBERED:
            self._said.clear()
        now, line = self._clock(), (record.name, str(record.msg)[:200])
        if now - self._said.get(line, -REPEAT_AFTER_S) < REPEAT_AFTER_S:
            return False
        self._said[line] = now
        return True


def configure_logs(settings: StreamsSettings, stream: TextIO | None = None) -> None:
    """Send every log line to `stream` (standard error by default), with time, level and fields.

    Raises:
        SettingsError: log_level or log_format is not one of those that exist.
    """
    if settings.log_level not in LEVELS:
        raise SettingsError(f"BOSPHORUS_LOG_LEVEL={settings.log_level!r}: use one of {', '.join(LEVELS)}")
    if settings.log_format not in FORMATS:
        raise SettingsError(f"BOSPHORUS_LOG_FORMAT={settings.log_format!r}: use one of {', '.join(FORMATS)}")
    out = stream if stream is not None else sys.stderr
    level = LEVELS[settings.log_level]
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not out.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    last: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if as_json
        else [structlog.dev.ConsoleRenderer(colors=out.isatty())]
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.PositionalArgumentsFormatter(), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    if level > logging.DEBUG:
        handler.addFilter(Calm())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.INFO if level == logging.DEBUG else max(level, logging.WARNING))
