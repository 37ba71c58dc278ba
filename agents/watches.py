"""Watches: which pairs of states, which themes, and when to speak. Configuration, read by enrich and watch.

A file of watches is YAML, safely loaded and validated; every error names the file, the line, the key, the value and
what it should be. A change of watches is a rolling restart: the configuration's hash stands in state and in alerts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Self

import pycountry
import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from agents.themes import THEMES
from agents.watches_meant import state_meant, word_meant
from agents.watches_yaml import line_of, read_yaml
from schemas.errors import WatchConfigError
from schemas.records import Dyad, Interference, Severity, Theme

_KOSOVO = "XKX"
MOST_WATCHES = 1_000
"""Every event is put to every watch: with more of them a worker would do little else."""
MOST_PROBLEMS = 50
"""So many are told at once."""
"""User-assigned, as CLDR and the EU use it; ISO 3166 has none."""


def _of_a_state(code: str) -> str:
    """A code that nobody has would make a watch that never speaks."""
    found = pycountry.countries.get(alpha_3=code)  # takes small letters, too
    if code != _KOSOVO and (found is None or found.alpha_3 != code):
        hint = state_meant(code) or "; take its ISO 3166-1 alpha-3 code, as DEU for Germany"
        raise ValueError(f"no country has this code{hint}")
    return code


def _of_articles(theme: str) -> str:
    """A theme that no article is given would, too."""
    if theme not in THEMES:
        hint = word_meant(theme, THEMES) or f"; there are {', '.join(THEMES)}"
        raise ValueError(f"no article is ever given this theme{hint}")
    return theme


def _of_detection(code: str) -> str:
    """And so would a language by another code than articles have."""
    found = pycountry.languages.get(**{"alpha_2" if len(code) == len("en") else "alpha_3": code})
    short = getattr(found, "alpha_2", "") if found else ""
    if found is None or (short and short != code):
        hint = f"; {found.name} is {short}" if found else ", as en for English"
        raise ValueError(f"no article has this language; take its ISO 639-1 code{hint}")
    return code


Alpha3 = Annotated[str, Field(description="ISO 3166-1 alpha-3, capital letters."), AfterValidator(_of_a_state)]
KnownTheme = Annotated[str, AfterValidator(_of_articles)]
Language = Annotated[str, AfterValidator(_of_detection)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Direction(StrEnum):
    """Whether a watched pair is meant as it stands, or either way round."""

    FORWARD = "forward"
    BOTH = "both"


class WatchedDyad(_Part):
    """A pair of states: `source` is said to act, `target` is said to be acted on."""

    source: Alpha3
    target: Alpha3
    direction: Direction = Direction.FORWARD

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The directed pairs it stands for."""
        forward = (self.source, self.target)
        return (forward, (self.target, self.source)) if self.direction is Direction.BOTH else (forward,)


class Thresholds(_Part):
    """When a watch counts, opens, closes and speaks again."""

    interference: float = Field(0.5, ge=0, le=1, description="Interference score from which an article is counted.")
    context: float = Field(
        0.25, ge=0, le=1, description="Score from which an article is seen, for its claims, but not counted."
    )
    score: float | None = Field(
        None, gt=0, description="Score (-log10 p) at which an alert opens; none: the calibrated one of the bucket."
    )
    close_score: float = Field(1.5, gt=0, description="Score below which an open alert grows quiet.")
    close_buckets: int = Field(3, ge=1, le=168, description="Buckets in a row below close_score that close an alert.")
    close_calm_hours: float = Field(
        24.0,
        ge=0,
        le=72,
        description="Hours that must hold no more stories than usual for a close; a night ends nothing.",
    )
    close_anyway_buckets: int = Field(
        48, ge=1, le=1000, description="Buckets in a row below close_score that close an alert even so."
    )
    min_stories: int = Field(3, ge=1, description="Distinct stories without which no alert opens.")
    min_origins: int = Field(2, ge=1, description="Independent origins without which no alert opens.")
    novelty_origins: int = Field(
        3, ge=2, description="Independent origins within 24 h on a silent theme that open an alert by themselves."
    )
    novelty_silence_days: float = Field(
        14.0, gt=0, le=60, description="Days without a counted story after which a theme is silent."
    )

    @property
    def seen(self) -> float:
        """Score from which an article is seen: what is counted is, whatever `context` says."""
        return min(self.context, self.interference)

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.score is not None and self.close_score >= self.score:
            raise ValueError(
                f"close_score {self.close_score:g} is not under score {self.score:g}; an alert would close as it opens"
            )
        return self


class SeverityRule(_Part):
    """A severity and what an alert must have reached for it; the first rule of the list that fits is taken."""

    severity: Severity
    min_stories: int = Field(0, ge=0)
    min_origins: int = Field(0, ge=0)
    min_languages: int = Field(0, ge=0)
    min_countries: int = Field(0, ge=0)


DEFAULT_SEVERITY = (
    SeverityRule(severity=Severity.SEVERE, min_stories=15, min_origins=6),
    SeverityRule(severity=Severity.MODERATE, min_stories=6, min_origins=3),
)


class Watch(_Part):
    """One watch."""

    id: Slug
    title: str = Field("", max_length=200)
    dyads: tuple[WatchedDyad, ...] = Field(min_length=1, max_length=200)
    themes: tuple[KnownTheme, ...] = Field((), description="Theme ids; empty: every theme.")
    languages: tuple[Language, ...] = Field((), description="ISO 639-1; empty: every language.")
    thresholds: Thresholds = Thresholds()
    severity: tuple[SeverityRule, ...] = DEFAULT_SEVERITY
    routing: tuple[Slug, ...] = Field((), description="Who the alerts are for; a header of every alert.")

    @field_validator("dyads")
    @classmethod
    def _no_state_with_itself(cls, dyads: tuple[WatchedDyad, ...]) -> tuple[WatchedDyad, ...]:
        for dyad in dyads:
            if dyad.source == dyad.target:
                raise ValueError(f"source and target are both {dyad.source}; a dyad takes two states")
        return dyads

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """The directed pairs (source, target) it is about."""
        return frozenset(pair for dyad in self.dyads for pair in dyad.pairs)

    def pairs_of(self, dyads: Iterable[Dyad], interference: Interference) -> tuple[tuple[str, str], ...]:
        """The watched pairs that an article is about, sorted."""
        said = {(dyad.source, dyad.target) for dyad in dyads}
        said |= {(source, target) for source in interference.perpetrators for target in interference.targets}
        return tuple(sorted(said & self.pairs))

    def themes_of(self, interference: Interference) -> tuple[str, ...]:
        """The watched themes that an article is about, strongest first."""
        return tuple(theme for theme in interference.themes if not self.themes or theme in self.themes)

    def wants(self, dyads: Iterable[Dyad], interference: Interference, language: str) -> bool:
        """Whether it wants to see an article of these findings."""
        return (
            interference.score >= self.thresholds.seen
            and (not self.languages or language in self.languages)
            and (not self.themes or bool(self.themes_of(interference)))
            and bool(self.pairs_of(dyads, interference))
        )


class _File(_Part):
    watches: tuple[Watch, ...] = Field(min_length=1, max_length=500)

    @field_validator("watches")
    @classmethod
    def _unique_ids(cls, watches: tuple[Watch, ...]) -> tuple[Watch, ...]:
        ids = [watch.id for watch in watches]
        for id_ in ids:
            if ids.count(id_) > 1:
                raise ValueError(f"two watches have the id {id_!r}; give each its own")
        return watches


class Watches:
    """All watches of a configuration, in the order of the file."""

    def __init__(self, watches: Sequence[Watch]) -> None:
        self._watches = tuple(watches)
        canonical = json.dumps([watch.model_dump(mode="json") for watch in self._watches], sort_keys=True)
        self.hash = hashlib.sha256(canonical.encode()).hexdigest()[:16]
        """Digest of the configuration: 16 hex digits."""
        self._by_id = {watch.id: watch for watch in self._watches}

    def __iter__(self) -> Iterator[Watch]:
        return iter(self._watches)

    def __len__(self) -> int:
        return len(self._watches)

    def __contains__(self, watch_id: object) -> bool:
        return watch_id in self._by_id

    def __getitem__(self, watch_id: str) -> Watch:
        """The watch of this id.

        Raises:
            WatchConfigError: there is none; names the ones there are.
        """
        if watch_id not in self._by_id:
            raise WatchConfigError(f"no watch has the id {watch_id!r}; there are {', '.join(self._by_id)}")
        return self._by_id[watch_id]

    def matching(
        self,
        dyads: Iterable[Dyad],
        interference: Interference,
        themes: Sequence[Theme],  # noqa: ARG002 - what a watch may come to ask for
        countries: Sequence[str],  # noqa: ARG002
        language: str,
    ) -> tuple[str, ...]:
        """Ids of the watches that want to see an article of these findings."""
        if interference.score <= 0:
            return ()
        dyads = tuple(dyads)
        return tuple(watch.id for watch in self._watches if watch.wants(dyads, interference, language))


def load_watches(path: Path | None) -> Watches:
    """Read and validate a file of watches.

    Args:
        path: the YAML file; None: the watches that come with the package.

    Raises:
        WatchConfigError: the file can't be read, isn't YAML, or a value is wrong.
    """
    if path is None:
        return parse_watches((files("agents.watch_files") / "default.yaml").read_text(encoding="utf-8"), "default.yaml")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise WatchConfigError(f"{path}: can't be read: byte {error.start} is not UTF-8; save it as UTF-8") from error
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise WatchConfigError(f"{path}: can't be read: {why}; see BOSPHORUS_WATCHES, or --watches") from error
    return parse_watches(text, str(path))


def parse_watches(text: str, name: str) -> Watches:
    """Watches from YAML text; `name` stands in the errors.

    Raises:
        WatchConfigError: not YAML, or a value is wrong; one line a problem, with its place and remedy.
    """
    root, data = read_yaml(text, name)
    if not isinstance(data, dict):
        what = "is empty" if data is None else f"is a {type(data).__name__}"
        raise WatchConfigError(f"{name}, line 1: {what}; start with a key `watches:` and a list")
    watches = data.get("watches")
    if isinstance(watches, list) and len(watches) > MOST_WATCHES:
        raise WatchConfigError(
            f"{name}: {len(watches):,} watches are more than the {MOST_WATCHES:,} that may be; give some to other workers"
        )
    try:
        return Watches(_File.model_validate_json(json.dumps(data, default=str)).watches)
    except ValidationError as error:
        # A list whose items are wrong is also reported as too short: that one says nothing.
        found = [problem for problem in error.errors() if problem["type"] != "too_short" or not problem["input"]]
        problems = [_problem(name, root, dict(problem)) for problem in found[:MOST_PROBLEMS]]
        if len(found) > MOST_PROBLEMS:
            problems.append(f"{name}: {len(found) - MOST_PROBLEMS:,} more; mend these first")
        raise WatchConfigError("\n".join(problems)) from error


def _problem(name: str, root: yaml.Node | None, problem: dict[str, Any]) -> str:
    location = problem["loc"]
    key = ".".join(str(part) for part in location) or "watches"
    what = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        hint = word_meant(str(location[-1]), _keys_beside(location))
        what = f"no such key{hint or '; see `bosphorus watches list` for the ones there are'}"
    if problem["type"] == "too_short":
        what = "at least one is needed"
    if problem["type"] == "tuple_type":
        what = "a list is needed; put it in [ ]"
    if problem["type"] == "string_pattern_mismatch":
        what = "take small letters, digits, - and _, at most 64 of them, the first one no - or _"
    if problem["type"] == "string_type" and isinstance(problem["input"], bool):
        what = "a bare no, yes, on or off means true or false in YAML; put it in quotes"
    value = json.dumps(problem["input"], ensure_ascii=False, default=str)
    if problem["type"] == "missing":
        value = "nothing"
    shown = value if len(value) <= 60 else value[:57] + "..."  # noqa: PLR2004
    return f"{name}, line {line_of(root, location)}: {key} = {shown}: {what[:1].lower()}{what[1:]}"


def _keys_beside(location: Sequence[str | int]) -> Iterable[str]:
    """The keys that may stand where one stands that may not."""
    parts: dict[str, type[_Part]] = {
        "dyads": WatchedDyad,
        "thresholds": Thresholds,
        "severity": SeverityRule,
        "watches": Watch,
    }
    names = [part for part in location[:-1] if isinstance(part, str)]
    return (parts[names[-1]] if names else _File).model_fields
