"""The benches of delivery: the same articles for every engine, figures that mean what they say, a command line that teaches."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from bosphorus.benches import delivery, delivery_engines
from bosphorus.benches.delivery_input import events, raw
from bosphorus.benches.latency_paced import percentiles
from bosphorus.commands.bench import BENCHES, command
from schemas.errors import BosphorusError
from schemas.records import NewsEvent
from schemas.wire import Codec


def test_the_same_seed_makes_the_same_articles_of_many_lengths() -> None:
    first = list(events(40))
    assert first == list(events(40))
    lengths = sorted(len(Codec().decode(value, NewsEvent).body) for value in first)
    assert lengths[0] * 4 < lengths[-1]


def test_an_article_goes_back_to_the_raw_one_it_might_have_come_from() -> None:
    value = next(events(1))
    event = Codec().decode(value, NewsEvent)
    article = json.loads(raw(value))
    assert (article["id"], article["body"]) == (str(event.event_id), event.body)


def test_percentiles_are_of_the_articles_themselves() -> None:
    times = [n / 1000 for n in range(1, 101)]
    assert percentiles(times) == {"p50_ms": 51.0, "p90_ms": 91.0, "p99_ms": 100.0, "max_ms": 100.0}


def test_no_article_is_no_figure() -> None:
    with pytest.raises(BosphorusError, match="no article"):
        percentiles([])


def test_every_engine_of_the_table_can_run() -> None:
    assert delivery.ENGINES.keys() == delivery_engines.ENGINES.keys()


def test_a_ratio_is_taken_within_a_round(monkeypatch: pytest.MonkeyPatch) -> None:
    paces = iter([100.0, 50.0, 10.0, 5.0, 400.0, 100.0])  # the machine is slow in the second round: (b), (c), by turns
    monkeypatch.setattr(
        delivery, "_run", lambda *_: {"seconds": 1000 / next(paces), "cpu_seconds": 1.0, "rss_mib": 1.0}
    )
    monkeypatch.setattr("bosphorus.benches.delivery_stand.fill", lambda *_: 1000)
    monkeypatch.setattr("bosphorus.benches.delivery_stand.topics", _no_topics)
    measured = delivery._measure(_settings(), "pass", 1000, 3, ["ours", "quix"])
    assert measured["ratios"] == {"quix": pytest.approx(2.0)}
    assert measured["engines"]["ours"]["per_second"] == pytest.approx(100.0)


def test_the_list_of_benches_names_each_and_every_one_teaches() -> None:
    listed = CliRunner().invoke(command, ["--help"]).stdout
    for name in BENCHES:
        assert name in listed
        said = CliRunner().invoke(command, [name, "--help"])
        assert said.exit_code == 0
        assert "--json" in said.stdout


def _settings() -> object:
    from bosphorus.settings import Settings

    return Settings()


class _no_topics:  # noqa: N801 - stands for a function
    def __init__(self, settings: object) -> None:
        self._settings = settings

    def __enter__(self) -> object:
        return self._settings

    def __exit__(self, *_: object) -> None:
        return None
