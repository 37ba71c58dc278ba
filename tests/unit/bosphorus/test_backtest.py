"""The backtest, and the questions that are answered from it."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec import structs

from agents.enrich.routing import Router
from agents.settings import AgentsSettings
from agents.watch.buckets import HOUR
from agents.watch.step import Watcher
from agents.watch.store import MemoryStore
from agents.watches import Watches, load_watches
from bosphorus.backtest import Backtest
from bosphorus.backtest_history import Recorder
from bosphorus.commands.backtest import command as backtest_command
from bosphorus.commands.watches import command as watches_command
from bosphorus.commands.why import command as why_command
from bosphorus.reasons import why
from schemas.errors import BosphorusError
from schemas.jsonl import to_json
from schemas.records import Alert, EnrichedEvent, Status, WatchEvent, WatchEventKind
from streams.partitioning import partition_of
from tests.unit.agents.watch.streams import MAY_11, START, WATCH, article, may_2023

SETTINGS = AgentsSettings()
WATCHES = Watches([WATCH])


def everyday() -> list[EnrichedEvent]:
    """Other news, which no watch wants: it moves time."""
    hours = int((MAY_11 + timedelta(days=3) - START) / timedelta(hours=1))

    return [structs.replace(article(f"day{i}", START + i * timedelta(hours=1)), watches=()) for i in range(hours)]


def events() -> list[EnrichedEvent]:
    return sorted([*everyday(), *may_2023()], key=lambda event: event.published_at)


def alerts_of(recorder: Recorder | None = None, partitions: int = 4) -> list[Alert]:
    backtest = Backtest(WATCHES, SETTINGS, partitions, recorder)
    found = [alert for event in events() for alert in backtest.see(event)]
    return found + list(backtest.run([]))


def test_a_run_is_byte_identical_whatever_the_number_of_partitions() -> None:
    runs = {b"\n".join(to_json(alert) for alert in alerts_of(partitions=n)) for n in (1, 4, 4, 7)}
    assert len(runs) == 1


@pytest.mark.parametrize("seed", range(4))
def test_a_worker_whose_partitions_come_in_any_order_says_the_same(seed: int) -> None:
    partitions, chance = 4, random.Random(seed)
    routers = [Router(["rt"], partition, SETTINGS.tick_s) for partition in range(partitions)]
    queues: list[list[WatchEvent]] = [[] for _ in range(partitions)]
    for offset, event in enumerate(events()):
        partition = partition_of(str(event.event_id).encode(), partitions)
        queues[partition] += routers[partition].route(event, offset)
    last = max(item.received_at for queue in queues for item in queue)
    watcher = Watcher(WATCH, WATCHES.hash, SETTINGS, MemoryStore(), partitions=partitions)
    said: list[Alert] = []
    while any(queues):
        queue = chance.choice([q for q in queues if q])
        for _ in range(min(chance.randrange(1, 200), len(queue))):
            said += (new := watcher.see(queue.pop(0)))
            watcher.confirm(new)
    for partition in range(partitions):
        said += (new := watcher.see(idle(partition, last)))
        watcher.confirm(new)
    assert said == alerts_of()


def idle(partition: int, received_at: datetime) -> WatchEvent:
    return WatchEvent("rt", WatchEventKind.IDLE, partition, 0, datetime(1970, 1, 1, tzinfo=UTC), received_at)


def test_following_a_run_does_not_change_it() -> None:
    assert alerts_of(Recorder()) == alerts_of()


def test_the_history_has_the_counts_and_the_stories_with_their_copies() -> None:
    recorder = Recorder()
    alerts_of(recorder)
    history = recorder.history()
    assert {series.theme for series in history.series} == {"deep_fake", "*"}
    assert (
        sum(point.observed for series in history.series if series.theme == "deep_fake" for point in series.points) == 6
    )
    assert sorted(len(story.copies) for story in history.stories) == [0, 0, 0, 0, 0, 6]
    assert history.articles == len(events())


def test_why_an_alert_fired_names_baseline_threshold_and_what_was_folded() -> None:
    recorder = Recorder()
    alerts = alerts_of(recorder)
    said = "\n".join(why(str(alerts[0].alert_id), None, watches=WATCHES, recorder=recorder, alerts=alerts))
    assert f"threshold {HOUR.threshold:.2f}" in said
    assert "folded into it: 6" in said
    assert "Closed 2023-05-1" in said


def test_why_an_article_was_counted_or_folded() -> None:
    recorder = Recorder(sought="copy3")
    alerts = alerts_of(recorder)
    said = "\n".join(why("copy3", None, watches=WATCHES, recorder=recorder, alerts=alerts))
    assert "folded as a copy" in said
    assert "evidence of alert" in said


def test_why_tells_of_a_withdrawn_article_what_it_was_and_not_what_it_is() -> None:
    recorder = Recorder(sought="third")
    at = MAY_11 + timedelta(hours=16)
    gone = article("third", at, language="tr", version=2, status=Status.CANCELED)
    backtest = Backtest(WATCHES, SETTINGS, 4, recorder)
    told = sorted([*events(), gone], key=lambda event: event.published_at)
    alerts = [alert for event in told for alert in backtest.see(event)] + list(backtest.run([]))
    said = "\n".join(why("third", None, watches=WATCHES, recorder=recorder, alerts=alerts))
    assert "until it was withdrawn" in said
    assert "it was evidence of alert" in said
    assert "it is evidence" not in said


def test_why_nothing_fired_at_a_quiet_time() -> None:
    recorder = Recorder()
    alerts = alerts_of(recorder)
    at = datetime(2023, 5, 1, tzinfo=UTC)
    said = list(why("rt", at, watches=WATCHES, recorder=recorder, alerts=alerts))
    assert "0 open" in said[0]
    assert said[1] == "Nothing was counted in the 24 hours before."


def test_a_time_that_the_input_does_not_reach_is_called_so() -> None:
    recorder = Recorder()
    alerts = alerts_of(recorder)
    said = list(why("rt", datetime(1999, 1, 1, tzinfo=UTC), watches=WATCHES, recorder=recorder, alerts=alerts))
    assert said[0].startswith("1999-01-01 00:00 UTC is outside of the input: its articles are from 2023-")


def test_without_an_article_there_is_nothing_to_say_of_a_watch() -> None:
    recorder = Recorder()
    recorder.follow(next(iter(WATCHES)))
    [said] = why("rt", None, watches=WATCHES, recorder=recorder, alerts=[])
    assert said == "The input held no article that has a place in event time."


def test_an_unknown_id_is_one_clear_error() -> None:
    with pytest.raises(BosphorusError, match="no alert, article or watch"):
        list(why("nobody", None, watches=WATCHES, recorder=Recorder(), alerts=[]))


def test_a_misspelt_watch_is_answered_with_the_one_that_was_meant() -> None:
    watches = load_watches(None)
    with pytest.raises(BosphorusError, match=r"did you mean russia-turkey-interference\?"):
        list(why("rusia-turkey-interferense", None, watches=watches, recorder=Recorder(), alerts=[]))


def raw(tmp_path: Path) -> Path:
    path = tmp_path / "articles.ndjson"
    text = "Opposition leader Kemal Kilicdaroglu told Reuters that Russia is behind deep fakes before the Turkish election."
    article_ = {
        "id": "a",
        "title": "Kilicdaroglu accuses Russia of deep fakes",
        "body": text,
        "published_at": "2023-05-11T18:00Z",
    }
    path.write_text(json.dumps(article_) + "\n{broken\n", encoding="utf-8")
    return path


def test_the_command_says_nothing_of_one_article_and_names_a_broken_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(backtest_command, [str(raw(tmp_path))])
    assert result.exit_code == 0
    assert not result.stdout
    assert "articles.ndjson:2" in result.stderr


def test_watches_can_be_listed_checked_and_tried(tmp_path: Path) -> None:
    listed = CliRunner().invoke(watches_command, ["list"])
    assert [json.loads(line)["id"] for line in listed.stdout.splitlines()] == [watch.id for watch in load_watches(None)]
    assert CliRunner().invoke(watches_command, ["check"]).exit_code == 0
    tried = CliRunner().invoke(watches_command, ["test", str(raw(tmp_path))])
    assert [json.loads(line)["watches"] for line in tried.stdout.splitlines()] == [["russia-turkey-interference"]]


def test_why_takes_a_watch_and_a_time(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        why_command, ["russia-turkey-interference", str(raw(tmp_path)), "--at", "2023-05-11T19:00"]
    )
    assert result.exit_code == 0
    assert "0 open" in json.loads(result.stdout.splitlines()[0])["says"]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("2023-05-11", "2023-05-12 00:00 UTC"),
        ("2023-05-11 19:00+03:00", "2023-05-11 16:00 UTC"),
        ("Thu, 11 May 2023 19:00:00 GMT", "2023-05-11 19:00 UTC"),
        ("1683831600", "2023-05-11 19:00 UTC"),
    ],
)
def test_why_takes_times_as_articles_have_them_and_a_day_is_its_end(tmp_path: Path, written: str, asked: str) -> None:
    result = CliRunner().invoke(why_command, ["russia-turkey-interference", str(raw(tmp_path)), "--at", written])
    assert f" at {asked}: " in result.stdout


@pytest.mark.parametrize("written", ["yesterday", "", "2023", "0001-01-01", "9999-12-31T23:59:59-14:00", "12/05/2023"])
def test_why_refuses_what_is_no_time_of_news(tmp_path: Path, written: str) -> None:
    wrong = CliRunner().invoke(why_command, ["x", str(raw(tmp_path)), "--at", written])
    assert wrong.exit_code == 2
    assert "Invalid value for --at" in wrong.output
