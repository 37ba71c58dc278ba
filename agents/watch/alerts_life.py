"""The life of alerts: one episode of (watch, dyad, theme) opens, is updated on new evidence, and is closed or cancelled."""

from __future__ import annotations

import math
from collections import Counter

from msgspec import structs

from agents.watch.alerts import has_news, make_alert, news
from agents.watch.buckets import BucketLength
from agents.watch.detector import Look
from agents.watch.state import (
    CORRECTION_MS,
    DAY_MS,
    HOUR_MS,
    MAX_EPISODE_BYTES,
    MAX_EPISODE_STORIES,
    Episode,
    Progress,
    Story,
    Thread,
    to_time,
)
from agents.watch.state_keys import ALL_THEMES, Keys, Watching, key_of, parts_of
from agents.watch.store import Shelf, weight
from agents.watches import Watch
from schemas.ids import stable_id
from schemas.records import Alert, MsgType

CLAIMED_KEPT = 16
MAX_ENDED = 32
"""Closed alerts that a withdrawal may still cancel."""


class Alerts:
    """Opens, updates, closes and cancels, and keeps the outbox."""

    def __init__(  # noqa: PLR0913 - what it stands on
        self,
        watch: Watch,
        watches_hash: str,
        *,
        shelf: Shelf,
        progress: Progress,
        keys: Keys,
        length: BucketLength,
        watching: Watching | None,
    ) -> None:
        self._watch = watch
        self._hash = watches_hash
        self._shelf = shelf
        self._progress = progress
        self._keys = keys
        self._length = length
        self._watching = watching
        self._threshold = watch.thresholds.score or length.threshold

    def join(self, story: Story, pair: tuple[str, str]) -> None:
        """A story that has been counted joins the open alerts of its dyad that it shares a theme with."""
        for key in self._progress.open:
            episode = self._episode(key)
            if (episode.source, episode.target) == pair and set(story.facts.themes) & set(episode.themes):
                self._take(episode, story)

    def look(self, now_ms: int) -> None:
        """At a boundary: open what has crossed, tell what is new, and close what has grown quiet."""
        ends_bucket = now_ms % (self._length.seconds * 1000) == 0
        looks = {key: self._keys.look(key, now_ms) for key in sorted(self._progress.hot)}
        for key, look in sorted(
            looks.items(), key=lambda item: (parts_of(item[0])[2] == ALL_THEMES, -item[1].score, item[0])
        ):
            self._consider(key, look, now_ms)
        for key in list(self._progress.open):
            episode = self._episode(key)
            look = looks.get(episode.trigger_key) or self._keys.look(episode.trigger_key, now_ms)
            self._follow(episode, look, now_ms, ends_bucket=ends_bucket)
        self._progress.hot.clear()

    def reconsider(self, now_ms: int) -> None:
        """After a withdrawal: refresh what alerts rest on; cancel those that would not have opened, closed ones too."""
        for key in list(self._progress.open):
            episode = self._episode(key)
            if not self._lost(episode):
                continue
            if self._stands(episode):
                self._say(episode, MsgType.UPDATE, now_ms)
                self._shelf.put("alert", key, episode)
            else:
                self._say(episode, MsgType.CANCEL, now_ms)
                self._end(episode)
        for until_ms, id_ in list(self._progress.ended):
            closed = self._shelf.load("alert", id_, Episode)
            if closed is None or until_ms <= now_ms:
                self._shelf.drop("alert", id_)
                self._progress.ended.remove((until_ms, id_))
            elif self._lost(closed):
                if not self._stands(closed):
                    self._say(closed, MsgType.CANCEL, now_ms)
                    self._progress.ended.remove((until_ms, id_))
                    closed = None
                self._shelf.put("alert", id_, closed)

    def unconfirmed(self) -> list[Alert]:
        """What has been said and not yet confirmed, in order."""
        if not self._progress.outbox:
            return []
        found = (self._shelf.load("outbox", id_, Alert) for id_ in self._progress.outbox)
        return [alert for alert in found if alert is not None]

    def _consider(self, key: str, look: Look, now_ms: int) -> None:
        source, target, theme = parts_of(key)
        if self._watching is None and look.score < self._threshold and not self._is_novel(key, now_ms):
            return  # nothing can open, and nobody asks why
        fresh = [
            s
            for id_ in self._keys.recent(key, now_ms)
            if (s := self._story(id_)) and s.members and not self._claimed(s, source, target)
        ]
        trigger, verdict = self._trigger(key, theme, look, fresh, now_ms)
        if trigger and theme == ALL_THEMES and any(parts_of(k)[:2] == (source, target) for k in self._progress.open):
            trigger, verdict = None, "an alert of this pair is open already"
        if self._watching is not None:
            self._watching.decided(key, now_ms, look, verdict)
        if trigger:
            self._open(key, trigger, look, fresh, now_ms)

    def _trigger(self, key: str, theme: str, look: Look, fresh: list[Story], now_ms: int) -> tuple[str | None, str]:
        """What opens an alert, if anything, and the verdict in words. Floors are counted on stories that no alert has yet."""
        limits = self._watch.thresholds
        stories, origins = len(fresh), len({s.facts.origin for s in fresh})
        known_ms = self._keys.known_from_ms(key)
        if now_ms <= known_ms:
            return (
                None,
                f"it was in full flow when the watch began; what is usual is known from {to_time(known_ms):%Y-%m-%d %H:%M} UTC",
            )
        if stories < limits.min_stories:
            return None, f"stories not yet in an alert: {stories} of the {limits.min_stories} that it takes"
        if origins < limits.min_origins:
            return (
                None,
                f"independent origins of the stories not yet in an alert: {origins} of the {limits.min_origins} that it takes",
            )
        if look.score >= self._threshold:
            return (
                "parent_burst" if theme == ALL_THEMES else "burst"
            ), "the score is over the threshold, and the floors are met"
        if self._is_novel(key, now_ms) and theme != ALL_THEMES and origins >= limits.novelty_origins:
            return "novelty", "the theme had been silent, and several independent origins took it up within a day"
        return None, f"score {look.score:.2f} is under the threshold {self._threshold:.2f}"

    def _is_novel(self, key: str, now_ms: int) -> bool:
        window = self._keys.window(key)
        return window is not None and window.novel_ms >= 0 and now_ms - window.novel_ms <= DAY_MS

    def _open(self, key: str, trigger: str, look: Look, fresh: list[Story], now_ms: int) -> None:
        source, target, theme = parts_of(key)
        themes = Counter(theme for story in fresh for theme in story.facts.themes)
        if theme == ALL_THEMES:  # what most origins speak of, then most stories: one loud outlet doesn't choose
            voices = Counter(name for _, name in {(s.facts.origin, name) for s in fresh for name in s.facts.themes})
            theme = min(themes, key=lambda name: (-voices[name], -themes[name], name))
        own_key = key_of(source, target, theme)
        bucket = self._keys.bucket(now_ms - 1)
        window = self._keys.window(own_key)
        if own_key in self._progress.open or window is None or window.alerted_bucket == bucket:
            return  # one alert a key and bucket: its id is made of them
        window.alerted_bucket = bucket
        self._shelf.put("bucket", own_key, window)
        bucket_ms = bucket * self._length.seconds * 1000
        episode = Episode(
            key=own_key,
            source=source,
            target=target,
            theme=theme,
            themes=sorted(themes),
            alert_id=str(stable_id("alert", self._watch.id, source, target, theme, to_time(bucket_ms).isoformat())),
            trigger=trigger,
            trigger_key=key,
            opened_ms=now_ms,
            bucket_ms=bucket_ms,
            peak_ms=now_ms,
            score=look.score,
            observed=look.observed,
            expected=look.expected,
            threshold=self._threshold,
        )
        for story in fresh:
            self._take(episode, story)
        self._progress.open.append(own_key)
        self._say(episode, MsgType.ALERT, now_ms)
        self._shelf.put("alert", own_key, episode)

    def _follow(self, episode: Episode, look: Look, now_ms: int, *, ends_bucket: bool) -> None:
        if look.score > episode.score:
            episode.score, episode.observed, episode.expected, episode.peak_ms = (
                look.score,
                look.observed,
                look.expected,
                now_ms,
            )
        if ends_bucket and now_ms > episode.opened_ms:
            episode.quiet = episode.quiet + 1 if look.score < self._watch.thresholds.close_score else 0
        self._refresh(episode)
        if self._is_over(episode, now_ms):
            self._say(episode, MsgType.CLOSED, now_ms)
            self._end(episode)
            self._shelf.put("alert", episode.alert_id, episode)
            ended = [*self._progress.ended, (now_ms + CORRECTION_MS, episode.alert_id)]
            for _, id_ in ended[:-MAX_ENDED]:
                self._shelf.drop("alert", id_)
            self._progress.ended = ended[-MAX_ENDED:]
            return
        if has_news(episode, news(episode, self._watch, self._threads(episode)), ends_bucket=ends_bucket):
            self._say(episode, MsgType.UPDATE, now_ms)
        self._shelf.put("alert", episode.key, episode)

    def _is_over(self, episode: Episode, now_ms: int) -> bool:
        limits = self._watch.thresholds
        if episode.quiet < limits.close_buckets:
            return False
        within_ms = round(limits.close_calm_hours * HOUR_MS)
        usual = self._keys.usual(episode.trigger_key) * within_ms / (self._length.seconds * 1000)
        calm = len(self._keys.recent(episode.trigger_key, now_ms, within_ms)) <= usual + 2 * math.sqrt(usual)
        return calm or episode.quiet >= limits.close_anyway_buckets

    def _lost(self, episode: Episode) -> bool:
        """Whether stories that it rests on have lost their last article; they are taken out of it."""
        self._refresh(episode)
        gone = [id_ for id_ in episode.stories if (s := self._story(id_)) is not None and not s.members]
        for id_ in gone:
            del episode.stories[id_]
        return bool(gone)

    def _stands(self, episode: Episode) -> bool:
        """Whether what is left would still have opened the alert."""
        limits = self._watch.thresholds
        origins = {f.origin for f in episode.stories.values()}
        if len(episode.stories) < limits.min_stories or len(origins) < limits.min_origins:
            return False
        if episode.trigger == "novelty":
            return len(origins) >= limits.novelty_origins
        bucket = episode.bucket_ms // (self._length.seconds * 1000)
        window = self._keys.window(episode.trigger_key)
        if window is None or window.base.bucket > bucket:
            return True  # out of reach: what was worked out then stands
        return self._keys.peak_since(episode.trigger_key, bucket, episode.opened_ms) >= self._threshold

    def _say(self, episode: Episode, msg_type: MsgType, now_ms: int) -> None:
        episode.sequence += 1
        threads = self._threads(episode)
        alert = make_alert(
            episode, msg_type, now_ms, watch=self._watch, watches_hash=self._hash, length=self._length, threads=threads
        )
        episode.said = sorted({*episode.said, *news(episode, self._watch, threads)})
        episode.said_stories = len(episode.stories) + episode.more
        id_ = f"{episode.alert_id}/{episode.sequence:06d}"
        self._shelf.put("outbox", id_, alert)
        self._progress.outbox.append(id_)

    def _end(self, episode: Episode) -> None:
        self._progress.open.remove(episode.key)
        self._shelf.drop("alert", episode.key)

    def _take(self, episode: Episode, story: Story) -> None:
        id_, listed = story.facts.story_id, episode.stories
        size = 0 if id_ in listed else weight(story.facts)
        if not size or (len(listed) < MAX_EPISODE_STORIES and episode.listed_bytes + size <= MAX_EPISODE_BYTES):
            listed[id_] = structs.replace(story.facts)
            episode.listed_bytes += size
        else:
            episode.more += 1
        dyad = f"{episode.source}>{episode.target}"
        if dyad not in story.claimed:
            story.claimed = [*story.claimed, dyad][-CLAIMED_KEPT:]
            self._shelf.put("story", story.facts.story_id, story)
        if episode.sequence:
            self._shelf.put("alert", episode.key, episode)

    def _refresh(self, episode: Episode) -> None:
        """Copies that came since raise a story's reach, and a credited wire becomes its origin."""
        for id_, known in episode.stories.items():
            story = self._story(id_)
            if story is not None and story.members and story.facts != known:
                episode.stories[id_] = structs.replace(story.facts)

    def _claimed(self, story: Story, source: str, target: str) -> bool:
        return f"{source}>{target}" in story.claimed

    def _episode(self, key: str) -> Episode:
        episode = self._shelf.load("alert", key, Episode)
        assert episode is not None, f"{key} is among the open alerts"
        return episode

    def _story(self, story_id: str) -> Story | None:
        return self._shelf.load("story", story_id, Story)

    def _threads(self, episode: Episode) -> list[Thread]:
        return self._shelf.load("thread", f"{episode.source}>{episode.target}", list[Thread]) or []
