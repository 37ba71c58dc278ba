"""Where outlets are at home."""

from __future__ import annotations

import pytest

from agents.enrich.countries.outlet_homes import home_of


@pytest.mark.parametrize(
    ("source", "home"),
    [
        ("lfpress.ca", "CAN"),
        ("www.aa.com.tr", "TUR"),
        ("edition.cnn.com", "USA"),
        ("thestar.com", "CAN"),
        ("chronicle.augusta.com", "USA"),
        ("klmntv.com", "USA"),
        ("eveningstandardedmonton.com", "CAN"),
        ("nottingham-herald.com", "GBR"),
        ("brisbanedailytimes.net", "AUS"),
    ],
)
def test_a_domain_tells_where_the_paper_is(source: str, home: str) -> None:
    assert home_of(source) == home


@pytest.mark.parametrize(
    "source", ["", "Reuters", "example.com", "breaking.news", "startup.io", "thetimesnews.com", "x" * 300 + ".com"]
)
def test_a_name_or_a_general_domain_tells_nothing(source: str) -> None:
    assert home_of(source) is None
