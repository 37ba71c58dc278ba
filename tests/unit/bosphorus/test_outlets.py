from __future__ import annotations

from datetime import UTC, datetime

from bosphorus.outlets import seen_outlets
from streams.sources.state import OutletCount

NIGHT = datetime(2023, 5, 12, 20, tzinfo=UTC)


def test_an_outlet_is_known_by_its_domain_one_above_it_or_its_name() -> None:
    names = ["tass.com", "www.tass.com", "TASS", "tass.com.example", "nobody.example", "com"]
    found = list(seen_outlets(OutletCount(name, 1, NIGHT, NIGHT) for name in names))
    assert [one.known for one in found] == [True, True, True, False, False, False]
    assert {(one.key, one.country, one.language, one.state_linked) for one in found[:3]} == {
        ("tass", "RUS", "ru", True)
    }
    assert found[0].owner
    assert (found[4].name, found[4].state_linked) == (None, None)
