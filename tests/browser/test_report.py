"""The report in a real browser: nothing sticks out, nothing is loaded, nothing complains, on any screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bosphorus.report import write_report
from tests.browser.chromium import Chromium, find
from tests.unit.bosphorus.report.example import HOSTILE, alert, history, story

pytestmark = pytest.mark.browser

SCREENS = [
    pytest.param((width, height, dark), id=f"{name}-{'dark' if dark else 'light'}")
    for name, width, height in (("laptop", 1366, 768), ("phone", 360, 740))
    for dark in (False, True)
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    program = find()
    if program is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium, or set BOSPHORUS_CHROMIUM)")
    with Chromium(program) as chromium:
        yield chromium


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    long = "Averylongwordwithoutanyspacethatcannotbebroken" * 6
    stories = [story(0, copies=3), story(1, title=HOSTILE), story(2, title=long, url=f"https://x.example/{long}")]
    write_report(path, [alert(headline=f"{HOSTILE} {long}")], history(*stories))
    return path


@pytest.mark.parametrize("screen", SCREENS)
def test_it_fits_the_screen_and_complains_of_nothing(
    browser: Chromium, report: Path, tmp_path: Path, screen: tuple[int, int, bool]
) -> None:
    width, height, dark = screen
    browser.problems.clear()
    browser.open(report, width=width, height=height, dark=dark)
    browser.run("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    assert browser.run("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    background = browser.run("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(15, 20, 22)") is dark
    assert browser.run("document.querySelectorAll('svg .bar').length") > 0
    assert browser.problems == []
    browser.screenshot(tmp_path / "report.png")
    assert (tmp_path / "report.png").stat().st_size > 20_000


def test_a_hostile_title_runs_nothing(browser: Chromium, report: Path) -> None:
    browser.open(report, width=1366, height=768, dark=False)
    assert browser.run("document.querySelectorAll('img, iframe, object').length") == 0
    assert browser.run("document.scripts.length") == 1


def test_text_stands_out_from_its_background(browser: Chromium, report: Path) -> None:
    """WCAG 2.2, 1.4.3: a contrast of 4.5 at least, for the colours that text is set in."""
    contrast = """
    (() => {
      const parts = (c) => c.match(/[0-9.]+/g).slice(0, 3).map((v) => v / 255);
      const light = (c) => parts(c).map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
      const paper = light(getComputedStyle(document.querySelector('.card')).backgroundColor);
      return [...document.querySelectorAll('.card p, .card h2, .card .quiet, .card a, .card .chip, .card dt, .card summary')]
        .map((e) => light(getComputedStyle(e).color))
        .map((ink) => (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05))
        .reduce((a, b) => Math.min(a, b));
    })()
    """
    for dark in (False, True):
        browser.open(report, width=1366, height=768, dark=dark)
        assert browser.run(contrast) >= 4.5


def test_a_link_to_an_alert_opens_it(browser: Chromium, report: Path) -> None:
    browser.open(report, width=1366, height=768, dark=False)
    opened = "(() => { const card = document.getElementById('alert-1'); card.open = false; location.hash = '#alert-1';"
    assert browser.run(f"{opened} return new Promise(r => setTimeout(() => r(card.open), 200)); }})()")
