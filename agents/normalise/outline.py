"""What a sender must know of a raw article before it is normalised: which event it belongs to, and when that is said to have happened."""

from __future__ import annotations

import uuid
from datetime import datetime

from msgspec import Struct

from agents.normalise.parsing import parse
from agents.normalise.step import event_id_of, given_date, outlet_of
from schemas.errors import BadRecordError


class Outline(Struct, frozen=True):
    """Null where the bytes don't say."""

    event_id: uuid.UUID | None
    published_at: datetime | None
    outlet: str | None
    """Its domain, or the name that was given."""

    @property
    def key(self) -> bytes | None:
        """The record key on news.raw: that of news.events, so that one partition of the one fills one of the other."""
        return None if self.event_id is None else str(self.event_id).encode()


NOTHING = Outline(event_id=None, published_at=None, outlet=None)


def outline(raw: bytes) -> Outline:
    """Return the outline of a raw article; never an error: what can't be read is normalisation's to refuse."""
    try:
        article = parse(raw)
        return Outline(
            event_id=event_id_of(article), published_at=given_date(article, set()), outlet=outlet_of(article)
        )
    except BadRecordError:
        return NOTHING
