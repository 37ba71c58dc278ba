"""The root of all settings: each floor's group, read from the environment and from a .env file."""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from agents.settings import AgentsSettings
from schemas.errors import SettingsError
from streams.settings import StreamsSettings


class Settings(AgentsSettings, StreamsSettings, BaseSettings):
    """Everything that can be set. Frozen: read once at start."""

    model_config = SettingsConfigDict(env_prefix="BOSPHORUS_", env_file=".env", frozen=True, extra="ignore")


def load_settings(**overrides: object) -> Settings:
    """Read the settings; `overrides` (from command-line options) win where they are not None.

    Raises:
        SettingsError: names the variable, its value and what it should be.
    """
    try:
        return Settings(**{k: v for k, v in overrides.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [f"BOSPHORUS_{str(e['loc'][0]).upper()}={e['input']!r}: {e['msg'].lower()}" for e in error.errors()]
        raise SettingsError("; ".join(lines)) from error
