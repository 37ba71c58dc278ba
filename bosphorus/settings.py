"""The root of all settings: each floor's group, read from the environment and from a .env file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

import click
from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from agents.settings import AgentsSettings
from schemas.errors import SettingsError
from streams.settings import StreamsSettings

PREFIX = "BOSPHORUS_"
ENV_FILE = ".env"
ALIKE = 0.8
"""Ratio of matching characters (difflib) from which a name is taken for a setting that is spelt wrong."""


class Settings(AgentsSettings, StreamsSettings, BaseSettings):
    """Everything that can be set. Frozen: read once at start. A variable that is empty counts as not set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ENV_FILE, env_ignore_empty=True, frozen=True, extra="ignore", allow_inf_nan=False
    )


def load_settings(**overrides: object) -> Settings:
    """Read the settings; `overrides` (from command-line options) win where they are not None.

    A variable that looks like a setting, but is none, is named on standard error.

    Raises:
        SettingsError: names the variable, its value and what it should be.
    """
    try:
        settings = Settings(**{k: v for k, v in overrides.items() if v is not None})  # type: ignore[arg-type]
        for line in _misspelt():
            click.echo(f"bosphorus: {line}", err=True)
    except ValidationError as error:
        lines = [
            f"{PREFIX}{str(e['loc'][0]).upper()}={e['input']!r}: {_in_the_sentence(e['msg'])}" for e in error.errors()
        ]
        raise SettingsError("; ".join(lines)) from error
    except (UnicodeDecodeError, OSError) as error:
        raise SettingsError(
            f"{Path(ENV_FILE).absolute()}: can't be read as a UTF-8 text file; mend it, or take it away"
        ) from error
    return settings


def _misspelt() -> Iterator[str]:
    """Of the variables of the environment, those that would be passed over in silence though somebody meant them."""
    settings = {name.upper() for name in Settings.model_fields}
    for name in sorted({name.removeprefix(PREFIX) for name in os.environ if name.startswith(PREFIX)} - settings):
        if close := get_close_matches(name, settings, 1, ALIKE):
            yield f"{PREFIX}{name} is no setting and changes nothing; did you mean {PREFIX}{close[0]}?"


def _in_the_sentence(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return message[:1].lower() + message[1:]
