"""Applying an article: which story it tells, which keys that story counts under, and what a correction takes back."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable

from agents.watch.alerts_life import Alerts
from agents.watch.folding import Folder
from agents.watch.state import (
    CORRECTION_MS,
    DAY_MS,
    HOUR_MS,
    MAX_MEMBERS,
    NOT_COUNTED,
    Entry,
    Facts,
    Progress,
    Story,
    Thread,
    to_ms,
)
from agents.watch.state_keys import ALL_THEMES, Counting, Keys, key_of
from agents.watch.store import Shelf
from agents.watch.tellings import Stand, stand_of
from agents.watch.threads import read_claims, withdraw
from agents.watches import Watch
from schemas.ids import stable_id
from schemas.records import EnrichedEvent, Origin, Status

MAX_VERSIONS = 32
"""Versions of an article that are told apart from repeats."""
MAX_THEMES = 3
"""Themes, strongest first, under which a story is counted."""
MAX_NAME = 100
"""Code points of an origin's name that alerts show: it may be whatever an article says its source is."""
MAX_EXPIRING = 1_000
"""Articles and stories that are forgotten in one hour: they stand in one value, which is written with each of them."""
KEPT_MS = CORRECTION_MS + DAY_MS
"""How long an article or story is remembered after it was last heard of."""


class Articles:
    """The articles and stories of a watch."""

    def __init__(  # noqa: PLR0913, PLR0917 - what it stands on
        self,
        watch: Watch,
        shelf: Shelf,
        progress: Progress,
        keys: Keys,
        alerts: Alerts,
        counting: Counting | None,
    ) -> None:
        self._watch = watch
        self._shelf = shelf
        self._progress = progress
        self._keys = keys
        self._alerts = alerts
        self._folder = Folder(shelf)
        self._counting = counting

    def is_repeat(self, event: EnrichedEvent, present_ms: int) -> bool:
        """Whether this very version has come before."""
        entry = self._known(event, present_ms)
        return entry is not None and _seen(event) in entry.seen

    def knows(self, event: EnrichedEvent, present_ms: int) -> bool:
        """Whether some version of the article has come before, and not too long ago."""
        return self._known(event, present_ms) is not None

    def remember(self, event: EnrichedEvent, present_ms: int, turn_ms: int) -> None:
        """This version has come, to be applied at its turn."""
        entry = self._known(event, present_ms) or Entry()
        entry.seen = [*entry.seen, _seen(event)][-MAX_VERSIONS:]
        entry.until_ms = max(entry.until_ms, max(turn_ms, present_ms) + KEPT_MS)
        self._shelf.put("entry", str(event.event_id), entry)
        self._expire("entry", str(event.event_id), entry.until_ms)

    def apply(self, event: EnrichedEvent, now_ms: int) -> None:
        """Count an article, or what its new version changes. An older version than the one applied changes nothing."""
        entry = self._entry(event) or Entry()
        if event.version < entry.applied:
            return
        published_ms = to_ms(event.published_at)
        if entry.published_ms < 0:
            entry.published_ms = published_ms
        entry.applied = event.version
        if entry.story and now_ms - entry.published_ms <= CORRECTION_MS:
            self._take_back(event, entry)
            changed = True
        else:
            changed = False
        if event.status is Status.USABLE and not (entry.story and not changed):
            self._count(event, entry, entry.published_ms if changed else published_ms)
        self._shelf.put("entry", str(event.event_id), entry)
        if changed:
            self._alerts.reconsider(now_ms)

    def forget(self, now_ms: int) -> None:
        """Drop what nobody can ask for any more."""
        hours = self._progress.expiries
        while hours and hours[0] * HOUR_MS <= now_ms:
            hour = hours.pop(0)
            for kind, id_, until in self._expiring(hour):
                thing: Story | Entry | None = (
                    self._shelf.load("story", id_, Story) if kind == "story" else self._shelf.load("entry", id_, Entry)
                )
                if thing is not None and thing.until_ms > until:
                    continue  # it was heard of again, and stands under a later hour
                self._shelf.drop(kind, id_)
            self._shelf.drop("expiry", str(hour))

    def _count(self, event: EnrichedEvent, entry: Entry, at_ms: int) -> None:
        if not self._watch.wants(event.dyads, event.interference, event.language):
            return  # it came because an earlier version was wanted
        pairs = self._watch.pairs_of(event.dyads, event.interference)
        for pair in pairs:
            self._read_claims(event, pair, at_ms)
        if event.interference.score < self._watch.thresholds.interference:
            return
        story, new = self._fold(event)
        entry.story = story.facts.story_id
        themes = self._watch.themes_of(event.interference)[:MAX_THEMES]
        story.facts.themes = sorted({*story.facts.themes, *themes})
        keys = [key_of(*pair, theme) for pair in pairs for theme in (*themes, ALL_THEMES)]
        silence_ms = round(self._watch.thresholds.novelty_silence_days * DAY_MS)
        for key in keys:
            if key not in story.keys:
                counts = self._keys.add(
                    key,
                    story.facts.story_id,
                    story.facts.origin,
                    at_ms,
                    started_ms=self._progress.started_ms,
                    silence_ms=silence_ms,
                )
                story.keys[key] = at_ms if counts else NOT_COUNTED
            if key not in self._progress.hot:
                self._progress.hot.append(key)
        self._put(story, at_ms)
        for pair in pairs:
            self._alerts.join(story, pair)
        if self._counting is not None:
            self._counting.counted(keys, str(event.event_id), story.facts.story_id, new=new)

    def _fold(self, event: EnrichedEvent) -> tuple[Story, bool]:
        """The story of an article, with the article in it."""
        event_id = str(event.event_id)
        own = str(stable_id("story", event_id))
        story_id = self._folder.fold(own, event.title, event.body, event.published_at)
        facts = _facts(story_id, event)
        story = self._shelf.load("story", story_id, Story)
        if story is None or not story.members:
            # Its articles were all withdrawn, or it was forgotten: it begins again.
            story = Story(facts, [event_id], {}, story.claimed if story else [])
            return story, True
        if event_id not in story.members:
            if len(story.members) < MAX_MEMBERS:
                story.members.append(event_id)
            story.facts.articles += 1
        if _credits_the_wire(facts, story.facts, event.origins):
            # One copy credits the wire that the others left out: it was the wire's story all along.
            story.facts.origin, story.facts.origin_name = facts.origin, facts.origin_name
            story.facts.origin_kind, story.facts.origin_country = facts.origin_kind, facts.origin_country
            story.facts.state_linked = facts.state_linked
        return story, False

    def _take_back(self, event: EnrichedEvent, entry: Entry) -> None:
        """Undo what the version before has counted."""
        event_id = str(event.event_id)
        story = self._shelf.load("story", entry.story, Story)
        if story is not None and event_id in story.members:
            story.members.remove(event_id)
            story.facts.articles -= 1
            dyads = {tuple(key.split(":", 1)[0].split(">", 1)) for key in story.keys}
            if not story.members:
                for key in story.keys:
                    self._keys.remove(key, story.facts.story_id, story.facts.origin)
                    if key not in self._progress.hot:
                        self._progress.hot.append(key)
                story.keys = {}
            self._shelf.put("story", entry.story, story)
            for source, target in sorted(dyads):
                place = f"{source}>{target}"
                threads = self._shelf.load("thread", place, list[Thread]) or []
                if withdraw(threads, event_id):
                    self._shelf.put("thread", place, threads)
        entry.story = ""

    def _read_claims(self, event: EnrichedEvent, pair: tuple[str, str], at_ms: int) -> None:
        place = f"{pair[0]}>{pair[1]}"
        threads = self._shelf.load("thread", place, list[Thread]) or []
        read_claims(threads, event, self._watch.id, pair, at_ms)
        self._shelf.put("thread", place, threads)

    def _put(self, story: Story, now_ms: int) -> None:
        until = now_ms + KEPT_MS
        if until > story.until_ms + HOUR_MS:
            story.until_ms = until
            self._expire("story", story.facts.story_id, until)
        self._shelf.put("story", story.facts.story_id, story)

    def _expire(self, kind: str, id_: str, until_ms: int) -> None:
        hour = until_ms // HOUR_MS + 1
        # What comes by the thousand within an hour is forgotten some hours later than it could be.
        while len(things := self._expiring(hour)) >= MAX_EXPIRING:
            hour += 1
        things.append((kind, id_, until_ms))
        self._shelf.put("expiry", str(hour), things)
        if hour not in self._progress.expiries:
            insort(self._progress.expiries, hour)

    def _expiring(self, hour: int) -> list[tuple[str, str, int]]:
        return self._shelf.load("expiry", str(hour), list[tuple[str, str, int]]) or []

    def _known(self, event: EnrichedEvent, present_ms: int) -> Entry | None:
        """What is known of an article at its partition's present: when it is dropped depends on how far the other partitions are."""
        entry = self._entry(event)
        return None if entry is None or 0 < entry.until_ms <= present_ms else entry

    def _entry(self, event: EnrichedEvent) -> Entry | None:
        return self._shelf.load("entry", str(event.event_id), Entry)


def _seen(event: EnrichedEvent) -> tuple[int, str, str]:
    return event.version, event.content_hash, str(event.status)


def _facts(story_id: str, event: EnrichedEvent) -> Facts:
    origin = _primary(event.origins, event.source)
    stand = stand_of(event)
    return Facts(
        story_id=story_id,
        event_id=str(event.event_id),
        url=event.url,
        title=event.title[:500] or event.body[:200],
        source=event.source,
        origin=origin.key,
        origin_name=origin.name[:MAX_NAME],
        origin_kind=origin.kind,
        origin_country=origin.country,
        state_linked=origin.state_linked,
        language=event.language,
        published_ms=to_ms(event.published_at),
        articles=1,
        denied=stand is Stand.DENIAL,
        themes=[],
        accuses=stand is Stand.ACCUSATION,
    )


def _credits_the_wire(copy: Facts, story: Facts, origins: Iterable[Origin]) -> bool:
    """Whether a copy tells that a story is a wire's.

    A site that nobody knows may credit whom it likes: that alone takes no story from an outlet of the register, or a few such
    sites could make the independent origins of an event one.
    """
    if copy.origin_kind != "wire" or story.origin_kind == "wire":
        return False
    return story.origin_kind == "unknown" or all(origin.rule != "outlet.unregistered" for origin in origins)


def _primary(origins: Iterable[Origin], source: str) -> Origin:
    """Who speaks: the first origin. Where coding failed, the outlet."""
    return next(iter(origins), Origin(source, source, "unknown", None, False, "none"))
