"""The root of all settings: each floor's group, read from the environment and from a .env file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

import click
from pydantic import ConfigDict, ValidationError

from agents.settings import AgentsSettings
from schemas.errors import SettingsError
from streams.settings import StreamsSettings

PREFIX = "BOSPHORUS_"
ENV_FILE = ".env"
ALIKE = 0.8
"""Ratio of matching characters (difflib) from which a name is taken for a setting that is spelt wrong."""


class Settings(AgentsSettings, StreamsSettings):
    """Everything that can be set. Frozen: read once at start, by `load_settings`."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


def load_settings(**overrides: object) -> Settings:
    """Read the settings; `overrides` (from command-line options) win where they are not None, then the environment.

    A variable that looks like a setting, but is none, is named on standard error.

    Raises:
        SettingsError: names the variable, its value and what it should be.
    """
    try:
        settings = Settings.model_validate(_given() | {k: v for k, v in overrides.items() if v is not None})
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


def _given() -> dict[str, object]:
    """What the .env file and the environment say, by the name of the setting. A variable that is empty counts as not set."""
    # pydantic-settings does the same; to import it takes every command 45 ms.
    prefix = PREFIX.lower()
    return {
        name.lower().removeprefix(prefix): value
        for source in (_env_file(), os.environ)
        for name, value in source.items()
        if value and name.lower().startswith(prefix)
    }


def _env_file() -> Mapping[str, str | None]:
    if not Path(ENV_FILE).is_file():
        return {}
    from dotenv import dotenv_values

    return dotenv_values(ENV_FILE, encoding="utf-8")


def _misspelt() -> Iterator[str]:
    """Of the variables of the environment, those that would be passed over in silence though somebody meant them."""
    settings = {name.upper() for name in Settings.model_fields}
    for name in sorted({name.removeprefix(PREFIX) for name in os.environ if name.startswith(PREFIX)} - settings):
        if close := get_close_matches(name, settings, 1, ALIKE):
            yield f"{PREFIX}{name} is no setting and changes nothing; did you mean {PREFIX}{close[0]}?"


def _in_the_sentence(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return message[:1].lower() + message[1:]
