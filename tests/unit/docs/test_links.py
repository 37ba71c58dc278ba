"""No page of the documentation points into the void, and none is out of reach."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LINK = re.compile(r"\]\(([^)#:]*)(?:#([^)]*))?\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]


def links_of(page: Path) -> list[tuple[Path, str]]:
    """Where a page points, and at which heading."""
    found = LINK.findall(CODE.sub("", page.read_text(encoding="utf-8")))
    return [((page.parent / link).resolve() if link else page, anchor) for link, anchor in found]


def anchors_of(page: Path) -> set[str]:
    """The headings of a page as GitHub names them."""
    headings = HEADING.findall(CODE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    missing = [str(target) for target, _ in links_of(page) if not target.exists()]
    missing += [
        f"{target.name}#{anchor}"
        for target, anchor in links_of(page)
        if anchor and target.suffix == ".md" and target.exists() and anchor not in anchors_of(target)
    ]
    assert missing == []


def test_every_page_is_found_from_the_readme() -> None:
    reached, ahead = set[Path](), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in reached or not page.exists():
            continue
        reached.add(page)
        if page.is_dir():  # a directory lists its pages by itself
            ahead += page.glob("*.md")
        elif page.suffix == ".md":
            ahead += [target for target, _ in links_of(page)]
    assert [page.name for page in PAGES if page not in reached] == []
