"""What is fuzzed: each target takes any bytes, and raises only where something is broken.

Errors of ours (BadRecordError, SettingsError ...) are the answer to bad input and are caught here. What a target returns to its caller,
it has also checked: what was read can be written and read again, and comes out the same.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import math
import struct
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec

from agents.enrich.step import Enricher
from agents.normalise.dates import read_date
from agents.normalise.outline import outline
from agents.normalise.step import normalise
from agents.normalise.text import clean_text
from agents.normalise.urls import canonical_url
from agents.settings import AgentsSettings
from agents.watch.buckets import DAY, HOUR
from agents.watch.detector import Detector, DetectorState
from agents.watch.folding import Folder
from agents.watch.step import Watcher
from agents.watch.store import MemoryStore
from agents.watches import load_watches, parse_watches
from bosphorus.settings import load_settings
from schemas.errors import BadRecordError, BosphorusError, SettingsError
from schemas.jsonl import to_json
from schemas.records import Alert, EnrichedEvent, NewsEvent, WatchEvent, WatchEventKind
from schemas.wire import Codec
from streams import dead_letters
from streams.sources.feedlist import read_feedlist
from streams.sources.files import open_input
from streams.sources.formats import FORMATS, format_of
from streams.sources.gdelt_updates import updates_in
from tests.unit.agents.watch import streams

NOW = datetime(2023, 5, 11, 12, tzinfo=UTC)
SETTINGS = AgentsSettings()
MAX_BYTES = 4 * 1024 * 1024
CODEC = Codec()
KINDS = (NewsEvent, EnrichedEvent, WatchEvent, Alert)
_FAILED = "_failed"


@cache
def sample() -> tuple[bytes, ...]:
    """Articles of the shipped sample, good and bad."""
    return tuple(files("bosphorus.demo").joinpath("may-2023.ndjson").read_bytes().splitlines())


@cache
def _events() -> tuple[NewsEvent, ...]:
    found = []
    for line in sample():
        try:
            found.append(normalise(line, received_at=NOW, settings=SETTINGS, max_bytes=MAX_BYTES))
        except BadRecordError:
            continue
    return tuple(found)


@cache
def _enricher() -> Enricher:
    return Enricher(load_watches(None))


# -- decoders


def decoders(data: bytes) -> None:
    """Bytes on the wire as each kind of record; what is a record comes out the same when it is written again."""
    for kind in KINDS:
        try:
            record: Any = CODEC.decode(data, kind)
        except BadRecordError:
            continue
        again = CODEC.encode(record)
        assert CODEC.encode(CODEC.decode(again, kind)) == again
        to_json(record)


def _wire() -> list[bytes]:
    enriched = [_enricher()(event) for event in _events()[::12]]
    item = WatchEvent("rt", WatchEventKind.EVENT, 1, 7, NOW, NOW, enriched[0])
    alert = next(iter(_alerts()), None)
    records: list[msgspec.Struct] = [*_events()[::12], *enriched, item, *([alert] if alert else [])]
    return [CODEC.encode(record) for record in records]


@cache
def _alerts() -> tuple[Alert, ...]:
    start = streams.MAY_11
    items = [streams.item(streams.article(f"a{n}", start + timedelta(minutes=n)), n) for n in range(8)]
    return tuple(streams.run(items))


def letters(data: bytes) -> None:
    """Any headers, as those of a dead letter."""
    parts = data.split(b"\n")
    names = ("stage", "reason", "message", "topic", "partition", "offset", "attempt", "failed-at")
    headers = [(dead_letters.PREFIX + name, part) for name, part in zip(names, parts, strict=False)]
    record = SimpleNamespace(topic="t", partition=0, offset=1, key=b"k", value=data, headers=headers, timestamp=0)
    try:
        letter = dead_letters.from_record(record)
    except BadRecordError:
        pass
    else:
        dead_letters.to_headers(letter, headers)
    dead_letters.attempts(headers)


# -- normalising


def normaliser(data: bytes) -> None:
    """Any bytes as a raw article: an event that can be written, or an error with a reason."""
    outline(data)
    try:
        event = normalise(data, received_at=NOW, settings=SETTINGS, max_bytes=MAX_BYTES)
    except BadRecordError as error:
        assert error.reason.replace("_", "").isalnum()
        assert str(error).isprintable() or "\n" not in str(error)
        return
    assert CODEC.decode(CODEC.encode(event), NewsEvent) == event
    assert normalise(data, received_at=NOW, settings=SETTINGS, max_bytes=MAX_BYTES) == event
    to_json(event)


def fields(data: bytes) -> None:
    """Any text as a date, an address, a title: what is canonical stays as it is."""
    text = data.decode("utf-8", "replace")
    with contextlib.suppress(BadRecordError):
        assert read_date(text, set()).tzinfo is not None
    url = canonical_url(text, set())
    assert url is None or canonical_url(url, set()) == url
    clean_text(text, set())


# -- coding


def coders(data: bytes) -> None:
    """Any text as title and body of an article in one of the languages: no coder fails, and the same text gives the same findings."""
    text = data.decode("utf-8", "replace").replace("\x00", " ")
    title, _, body = text.partition("\n")
    language = ("en", "tr", "ru", "und", "de", "fr", "ar", "uk")[len(data) % 8]
    event = msgspec.structs.replace(
        _events()[0], title=title[:1000], body=body or title, language=language, byline=title[:80]
    )
    enriched = _enricher()(event)
    failed = [flag for flag in enriched.flags if flag.endswith(_FAILED)]
    assert not failed, failed
    encoded = CODEC.encode(enriched)
    assert CODEC.decode(encoded, EnrichedEvent) == enriched


def _texts() -> list[bytes]:
    return [f"{event.title}\n{event.body}".encode() for event in _events()]


# -- the watch


def detector(data: bytes) -> None:
    """Any counts: every score is a number; state written and read again goes on the same; any bytes as state are read or refused."""
    length = DAY if len(data) % 2 else HOUR
    mine = Detector.fresh(length, 0)
    for chunk in _doubles(data):
        count = min(abs(chunk), 1e6) if math.isfinite(chunk) else 0.0
        look = mine.look(count, 0.5)
        assert math.isfinite(look.score)
        assert look.score >= 0
        mine.close(count)
    raw = msgspec.msgpack.encode(mine.state)
    assert len(raw) < 4096
    state = msgspec.msgpack.decode(raw, type=DetectorState)
    assert state == mine.state
    assert Detector(length, state).look(3) == mine.look(3)
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
        msgspec.msgpack.decode(data, type=DetectorState)


def _doubles(data: bytes) -> Iterator[float]:
    for at in range(0, min(len(data), 240) - 2, 3):
        yield float(data[at]) * (2.0 ** (data[at + 1] % 12)) / (1 + data[at + 2])


def watch(data: bytes) -> None:
    """Any order of articles, corrections, withdrawals and ticks: a watch that is broken off and taken up says the same."""
    whole, cut = MemoryStore(), MemoryStore()
    items = list(_items(data[:120]))
    said = [to_json(alert) for alert in streams.run(items, streams.make(whole), finish=False)]
    watcher: Watcher = streams.make(cut)
    again = []
    for number, item in enumerate(items):
        if (data[number % len(data)] if data else 0) % 3 == 0:
            watcher = streams.make(cut)
            watcher.see(items[max(0, number - 1)])
        alerts = watcher.see(item)
        watcher.confirm(alerts)
        again += [to_json(alert) for alert in alerts]
    assert list(dict.fromkeys(again)) == said


def _items(data: bytes) -> Iterator[WatchEvent]:
    from schemas.records import Status

    at = streams.MAY_11
    for number in range(0, len(data) - 3, 4):
        what, name, minutes, more = data[number : number + 4]
        at += timedelta(minutes=minutes)
        if what % 8 == 0:
            yield streams.tick(at, partition=what % 4)
            continue
        event = streams.article(
            f"a{name % 20}",
            at - timedelta(hours=more % 30),
            text=f"the same words again and again {name % 5}" if what % 3 == 0 else None,
            version=1 + more % 3,
            status=Status.CANCELED if what % 11 == 0 else Status.USABLE,
            acts=(streams.DENIES,) if what % 5 == 0 else (streams.ACCUSES,),
        )
        yield streams.item(event, number, partition=name % 3)


def folder(data: bytes) -> None:
    """Any text as an article among others: it gets a story, and its copy the same one."""
    title, _, body = data.decode("utf-8", "replace").partition("\n")
    mine = Folder(MemoryStore())
    mine.fold("s0", "Another title", "with other words than those", NOW)
    story = mine.fold("s1", title, body, NOW)
    assert mine.fold("s2", title, body, NOW) in {story, "s2"}


# -- settings


def settings(data: bytes) -> None:
    """Any values of settings: taken, or refused with the name of the variable."""
    names = ("partitions", "session_timeout_s", "dead_letter_rate_cap", "broker", "log_level", "kafka_sasl", "data_dir")
    values = [part.decode("utf-8", "replace") for part in data.split(b"\n")]
    for name, value in zip(names, values, strict=False):
        try:
            load_settings(**{name: value})
        except SettingsError as error:
            assert f"BOSPHORUS_{name.upper()}" in str(error)


def watch_files(data: bytes) -> None:
    """Any text as a watch file: watches, or an error that names the file."""
    try:
        watches = parse_watches(data.decode("utf-8", "replace"), "w.yaml")
    except SettingsError as error:
        assert "w.yaml" in str(error)
    else:
        assert len({watch.id for watch in watches}) == len(watches)


# -- sources


def readers(data: bytes) -> None:
    """Any bytes in each format: every item is a JSON object that normalisation judges, or has an error."""
    for name in FORMATS.keys() - {"html", "rss"}:  # pages are read in a process of its own, with limits of its own
        _read(name, data)
    with contextlib.suppress(BosphorusError):
        format_of(io.BufferedReader(io.BytesIO(data)), "f")
    updates_in(data)


def feeds(data: bytes) -> None:
    """Any bytes as RSS or Atom."""
    _read("rss", data)


def _read(name: str, data: bytes) -> None:
    try:
        for item in FORMATS[name](io.BufferedReader(io.BytesIO(data))):
            if item.error is None and name != "ndjson":
                assert isinstance(json.loads(item.data), dict)
    except BadRecordError:
        pass


@cache
def _scratch() -> Path:
    return Path(tempfile.mkdtemp(prefix="fuzz-"))


def packed(data: bytes) -> None:
    """Any bytes as a file that may be packed, and as a list of feeds."""
    path = _scratch() / ("f.gz" if len(data) % 2 else "f.zip")
    path.write_bytes(data)
    try:
        with open_input(str(path)) as stream:
            stream.read()
    except BosphorusError:
        pass
    with contextlib.suppress(BosphorusError):
        read_feedlist(path)


def _documents() -> list[bytes]:
    rss = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>N</title><language>en</language><item><title>A &amp; B</title>
<link>https://e.example/1</link><description><![CDATA[<p>Text</p>]]></description><pubDate>Thu, 11 May 2023 18:00:00 +0300</pubDate></item></channel></rss>"""
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>urn:x</id><title>Atom</title>
<updated>2023-05-11T18:00:00Z</updated><link href="https://e.example/a"/><content type="html">&lt;b&gt;x&lt;/b&gt;</content></entry></feed>"""
    jsonfeed = b'{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[{"id":"1","url":"/a","title":"T","content_html":"<p>x</p>"}]}'
    ninjs = (
        b'{"uri":"urn:n","headline":"H","body_text":"text","firstcreated":"2023-05-11T18:00:00Z","pubstatus":"usable"}'
    )
    newsml = b"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:g"><itemMeta><provider literal="P"/></itemMeta>
<contentMeta><headline>H</headline></contentMeta><contentSet><inlineData>text</inlineData></contentSet></newsItem>"""
    gdelt = [
        b"\t".join(b"%d" % n for n in range(columns)).replace(b"\t60", b"\thttps://e.example/a-b-c-d") + b"\n"
        for columns in (61, 16, 27)
    ]
    updates = (
        b"123 0123456789abcdef0123456789abcdef http://data.gdeltproject.org/gdeltv2/20230511180000.export.CSV.zip\n"
    )
    return [rss, atom, jsonfeed, ninjs, newsml, *gdelt, updates, b"[" + b",".join(sample()[:3]) + b"]"]


Target = Callable[[bytes], None]

TARGETS: dict[str, tuple[Target, Callable[[], list[bytes]], float]] = {
    "decoders": (decoders, _wire, 0.19),
    "letters": (
        letters,
        lambda: [b"normalise\nempty\nwhy\nnews.raw\n1\n2\n1\n2023-05-11T18:00:00+00:00"],
        0.1,
    ),
    "normaliser": (normaliser, lambda: list(sample()), 0.15),
    "fields": (
        fields,
        lambda: [b"Thu, 11 May 2023 18:00 GMT", b"2023-05-11", b"1683763200", b"https://www.e.example/a?utm_x=1#b"],
        0.17,
    ),
    "coders": (coders, _texts, 0.08),
    "detector": (detector, lambda: [struct.pack("<40d", *range(40)), bytes(range(240))], 0.06),
    "watch": (watch, lambda: [bytes(range(120)), bytes(range(120))[::-1]], 0.002),
    "folder": (folder, _texts, 0.07),
    "settings": (settings, lambda: [b"4\n10\n0.5\nlocalhost:9092\ninfo\nPLAIN\n/tmp"], 0.008),
    "watch_files": (
        watch_files,
        lambda: [files("agents.watch_files").joinpath("default.yaml").read_bytes(), b"watches:\n- id: a\n  dyads: []"],
        0.004,
    ),
    "readers": (readers, _documents, 0.018),
    "feeds": (feeds, _documents, 0.018),
    "packed": (packed, lambda: [gzip.compress(b"text"), gzip.compress(sample()[0] * 3), *_documents()], 0.13),
}
"""Name: the target, its examples, and its share of a run's inputs: the slow ones get fewer."""

LIMITS_S = {"feeds": 1.0, "readers": 0.5, "packed": 0.2, "watch_files": 0.2}
"""CPU time that an input of up to 100 kB may take, where it isn't running.LIMIT_S: feedparser, whose pace it is, takes a quarter of a second for
a feed of two thousand entries; `readers` reads the input in five formats, one after the other, and `packed` as a file and as a list, where Python's
gzip goes through zeros at the end byte by byte; a watch file may list five thousand watches, and libyaml's events come one by one."""
