from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agents.normalise.dates import UnreadableDateError, read_date

EVENING = datetime(2023, 5, 12, 20, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2023-05-12T20:00:05Z",
        "2023-05-12t20:00:05z",
        "2023-05-12T20:00:05+00:00",
        "2023-05-12T23:00:05+03:00",
        "2023-05-12T23:00:05+0300",
        "2023-05-12 23:00:05 +03:00",
        "2023-05-12 20:00:05 UTC",
        "2023-05-12T20:00:05.000000Z",
        "2023/05/12 20:00:05Z",
        "20230512T200005Z",
        "Fri, 12 May 2023 20:00:05 GMT",
        "Fri, 12 May 2023 23:00:05 +0300",
        "12 May 2023 16:00:05 EDT",
        "Friday, 12-May-23 20:00:05 GMT",
        " 1683921605 ",
        "1683921605000",
        1683921605,
        1683921605000,
        1683921605.0,
        1683921605000000,
    ],
)
def test_a_date_with_a_zone_is_read_without_doubt(written: str | float) -> None:
    flags: set[str] = set()
    assert read_date(written, flags) == EVENING
    assert not flags


@pytest.mark.parametrize(
    "written", ["2023-05-12 20:00:05", "2023-05-12T20:00:05", "20230512200005", "12 May 2023 20:00:05"]
)
def test_a_date_without_a_zone_is_utc_and_says_so(written: str) -> None:
    flags: set[str] = set()
    assert read_date(written, flags) == EVENING
    assert flags == {"date_zone_assumed"}


@pytest.mark.parametrize("written", ["2023-05-12", "20230512", "2023/05/12", "2023-W19-5"])
def test_a_day_is_its_first_moment_in_utc_and_says_so(written: str) -> None:
    flags: set[str] = set()
    assert read_date(written, flags) == datetime(2023, 5, 12, tzinfo=UTC)
    assert flags == {"date_only"}


@pytest.mark.parametrize("written", ["2023-05-12T20:00:05.123987Z", 1683921605.123, 1683921605123, "1683921605123"])
def test_milliseconds_are_kept_and_nothing_finer(written: str | float) -> None:
    assert read_date(written, set()) == EVENING.replace(microsecond=123_000)


@pytest.mark.parametrize(
    "written", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+05:00", "1823-05-12", 0, "0", 1e300, float("inf"), -1e15]
)
def test_a_date_that_cannot_be_is_absurd(written: str | float) -> None:
    with pytest.raises(UnreadableDateError) as caught:
        read_date(written, set())
    assert caught.value.reason == "date_absurd"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "05/12/2023",
        "12.05.2023",
        "2023-13-01",
        "2023-02-30",
        "2023-05-12T25:00:00Z",
        "x" * 10_000,
        "١٢",
        float("nan"),
    ],
)
def test_what_follows_no_standard_is_not_guessed(written: str | float) -> None:
    with pytest.raises(UnreadableDateError) as caught:
        read_date(written, set())
    assert caught.value.reason == "date_unreadable"
