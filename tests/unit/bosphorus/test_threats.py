"""Someone floods the news, to be believed or to hide what others say. SECURITY.md lists what is and what isn't held against that."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import structs

from agents.settings import AgentsSettings
from agents.watches import Watches
from bosphorus.backtest import Backtest
from schemas.records import Alert, EnrichedEvent, MsgType, Origin
from tests.unit.agents.watch.streams import MAY_11, START, WATCH, article, may_2023

HOURS = timedelta(hours=1)
OTHER = ("cyber",)


def alerts(flood: Iterable[EnrichedEvent], real: Iterable[EnrichedEvent] = ()) -> list[Alert]:
    clock = [article(f"clock{i}", START + i * HOURS, origin="clock", themes=()) for i in range(24 * 23)]
    quiet = [unwanted(event) for event in clock]
    backtest = Backtest(Watches([WATCH]), AgentsSettings(), 4, None)
    events = sorted([*quiet, *flood, *real], key=lambda event: event.published_at)
    return [alert for event in events for alert in backtest.see(event)] + list(backtest.run([]))


def unwanted(event: EnrichedEvent) -> EnrichedEvent:
    return structs.replace(event, watches=(), dyads=(), interference=structs.replace(event.interference, score=0.0))


def opened(found: Iterable[Alert], theme: str) -> datetime | None:
    """When the first alert on a theme opened whose stories come from three origins at least."""
    times = [a.updated_at for a in found if a.theme == theme and a.msg_type is not MsgType.CANCEL and a.origins >= 3]
    return min(times, default=None)


def spread(name: str, count: int, start: datetime, length: timedelta, **what: object) -> list[EnrichedEvent]:
    return [article(f"{name}{i}", start + i * length / count, **what) for i in range(count)]  # type: ignore[arg-type]


UNDISTURBED = opened(alerts([], may_2023()), "deep_fake")


def is_no_later(found: datetime | None) -> bool:
    return found is not None and UNDISTURBED is not None and found <= UNDISTURBED


def test_undisturbed_the_alert_opens_within_two_hours() -> None:
    assert UNDISTURBED is not None
    assert UNDISTURBED - MAY_11 <= 2 * HOURS


def test_to_trigger_one_outlet_with_hundreds_of_stories_opens_nothing() -> None:
    assert alerts(spread("own", 300, MAY_11, 6 * HOURS, origin="spam.example")) == []


def test_to_trigger_one_text_on_hundreds_of_domains_opens_nothing() -> None:
    text = " ".join(f"word{i}" for i in range(80))
    assert alerts([e for i in range(300) for e in spread(f"c{i}", 1, MAY_11 + i * HOURS / 100, HOURS, text=text)]) == []


def test_to_hide_one_text_on_hundreds_of_domains_delays_nothing() -> None:
    text = " ".join(f"word{i}" for i in range(80))
    copies = spread("copy", 800, MAY_11 - 6 * HOURS, 8 * HOURS, text=text)
    assert is_no_later(opened(alerts(copies, may_2023()), "deep_fake"))


def test_to_hide_one_outlets_own_stories_on_the_theme_delay_nothing() -> None:
    flood = spread("own", 300, MAY_11 - 72 * HOURS, 71 * HOURS, origin="spam.example")
    assert is_no_later(opened(alerts(flood, may_2023()), "deep_fake"))


def test_to_hide_one_outlets_own_stories_on_another_theme_delay_nothing() -> None:
    flood = spread("own", 300, MAY_11 - 6 * HOURS, 7 * HOURS, origin="spam.example", themes=OTHER)
    assert is_no_later(opened(alerts(flood, may_2023()), "deep_fake"))


def test_to_hide_copies_that_credit_one_wire_take_no_story_from_a_known_outlet() -> None:
    real = may_2023()
    wire = Origin("reuters", "Reuters", "wire", None, state_linked=False, rule="credit.parenthesis")
    copies = []
    for number, event in enumerate(real):
        site = Origin(f"{number}.example", f"{number}.example", "unknown", None, False, "outlet.unregistered")
        copy = article(f"forged{number}", event.published_at + HOURS / 30, text=event.body)
        copies.append(structs.replace(copy, origins=(wire, site)))
    assert is_no_later(opened(alerts(copies, real), "deep_fake"))
    found = [alert.origins for alert in alerts(copies, real)]
    assert max(found) == max(alert.origins for alert in alerts([], real))
