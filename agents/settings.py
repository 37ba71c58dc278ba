"""The settings that the agents floor owns. Every field is also an environment variable `BOSPHORUS_<NAME>`."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class AgentsSettings(BaseModel):
    """What happens to an event."""

    model_config = ConfigDict(frozen=True)

    watches: Path | None = Field(None, description="YAML file of watches; none: the ones that come with the package.")
    max_future_s: float = Field(
        3600.0,
        ge=0,
        le=366 * 86400,
        description="Seconds that published_at may lie after received_at before it is clamped.",
    )
    allowed_lateness_s: float = Field(
        6 * 3600.0,
        ge=0,
        le=31 * 86400,
        description="Seconds of event time that a watch waits for articles that come out of order.",
    )
    tick_s: float = Field(
        600.0, ge=1, le=3600, description="Seconds of event time between two looks at the open bucket."
    )
    keep_bodies: bool = Field(
        True,
        description="Whether news.enriched carries the articles' texts; without them their findings keep the words they rest on.",
    )
