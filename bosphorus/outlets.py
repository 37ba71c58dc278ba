"""The outlets whose articles were sent, with what the register knows of each: name, country, language, owner, whether a state is behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from agents.enrich.origins import Outlet, register
from agents.enrich.reading.folding import fold
from streams.sources.state import OutletCount


class SeenOutlet(Struct, frozen=True):
    """One line of `bosphorus sources outlets`. What the register says is null where it doesn't know the outlet. Times are UTC."""

    outlet: str
    """Its domain, or the name that the articles give."""
    articles: int
    first_at: datetime
    last_at: datetime
    known: bool
    key: str | None = None
    """Of the register; outlets with the same key are one newsroom."""
    name: str | None = None
    kind: str | None = None
    country: str | None = None
    """ISO 3166-1 alpha-3."""
    language: str | None = None
    owner: str | None = None
    state_linked: bool | None = None


def seen_outlets(counts: Iterable[OutletCount]) -> Iterator[SeenOutlet]:
    """Look every outlet up in the register, in the order given."""
    for count in counts:
        found = _known(count.outlet)
        if found is None:
            yield SeenOutlet(count.outlet, count.articles, count.first_at, count.last_at, known=False)
        else:
            yield SeenOutlet(
                count.outlet, count.articles, count.first_at, count.last_at, known=True, key=found.key, name=found.name, kind=found.kind,
                country=found.country, language=found.language, owner=found.owner, state_linked=found.state_linked,
            )  # fmt: skip


def _known(outlet: str) -> Outlet | None:
    """Return the row for a domain, for one above it, or for a name."""
    labels = outlet.lower().split(".")
    domains = (".".join(labels[start:]) for start in range(len(labels) - 1))
    by_domain = next((row for domain in domains if (row := register().by_domain.get(domain))), None)
    return by_domain or register().by_name.get(fold(outlet.strip()))
