"""The plain words of an alert, built from its facts. They say who alleges what of whom and who denies it, never what is so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from agents.watch.state import Facts
from agents.watch.state_names import country_name, language_name
from agents.watch.threads import name_of
from schemas.records import Alert, BurstKind, ClaimThread, MoveKind, MsgType, ThreadState

CENTURY_DAYS = 36_500

_KINDS = {
    BurstKind.NEW_CLAIM: "It is a new claim that several origins carry.",
    BurstKind.WIRE_ECHO: "Most of the articles repeat one news agency.",
    BurstKind.DENIAL_WAVE: "Most of the stories are about the denial.",
    BurstKind.CROSS_LANGUAGE: "The claim is spreading across languages.",
    BurstKind.STATE_MEDIA_ONLY: "Only state-linked media carry it.",
}


def theme_name(theme: str) -> str:
    """A theme for people."""
    return theme.replace("_", " ")


def headline(alert: Alert) -> str:
    """One line: who is said to do what to whom."""
    source, target = country_name(alert.source), country_name(alert.target)
    denied = any(claim.state is ThreadState.DENIED for claim in alert.claims)
    reports = (
        f"{_count(alert.stories, 'story', 'stories')}, {_count(alert.origins, 'independent origin')}, "
        f"{alert.state_linked} state-linked, {_count(len(alert.languages), 'language')}"
    )
    told = f"{source} is alleged to interfere in {target} ({theme_name(alert.theme)})" + (
        "; denied by the accused" if denied else ""
    )
    return {
        MsgType.CLOSED: f"Closed: {told}: {reports}",
        MsgType.CANCEL: f"Withdrawn: reports that alleged interference by {source} in {target} ({theme_name(alert.theme)}) no longer stand",
    }.get(alert.msg_type, f"{told}: {reports}")


def explain(alert: Alert, facts: Sequence[Facts]) -> str:
    """One paragraph: what was seen against what is usual, who carries it, who says it and who denies it."""
    sentences = [_what_was_seen(alert)]
    if alert.articles > alert.stories:
        sentences.append(
            f"With copies they are {_count(alert.articles, 'article')}; copies add reach, not corroboration."
        )
    sentences.append(_why(alert))
    sentences.append(_who_carries_it(alert, facts))
    if alert.stories:
        sentences.append(_KINDS[alert.kind])
    sentences.extend(_what_they_tell(facts))
    sentences.extend(_claim(claim) for claim in alert.claims[:3])
    if alert.msg_type is MsgType.CLOSED:
        sentences.append(f"Coverage has gone back to its usual level; the alert closed on {_time(alert.updated_at)}.")
    if alert.msg_type is MsgType.CANCEL:
        sentences.append(
            "Articles that it rested on have been withdrawn by their publishers, and what is left would not have opened it."
        )
    sentences.append("Whether the allegation is true is not judged here.")
    return " ".join(sentences)


def _what_was_seen(alert: Alert) -> str:
    return (
        f"Since {_time(alert.first_seen_at)}, {_count(alert.stories, 'distinct story', 'distinct stories')} "
        f"from {_count(alert.origins, 'independent origin')} ({alert.state_linked} state-linked) allege or discuss interference "
        f"by {country_name(alert.source)} in {country_name(alert.target)} ({theme_name(alert.theme)})."
    )


def _why(alert: Alert) -> str:
    if alert.trigger == "novelty":
        return "The theme had been silent before, and several independent origins took it up within a day."
    scope = (
        "this pair of states, all themes together"
        if alert.trigger == "parent_burst"
        else "this pair of states and theme"
    )
    rare = (
        f"about once in {_count(max(round(alert.rarity_days), 1), 'day')}"
        if alert.rarity_days < CENTURY_DAYS
        else "less than once in a century"
    )
    return (
        f"At the peak, on {_time(alert.peak_at)}, about {alert.observed:.0f} stories stood where {_expected(alert.expected)} are usual for {scope} "
        f"at that hour: score {alert.score:.1f} against a threshold of {alert.threshold:.2f}; by chance that happens {rare}."
    )


def _expected(number: float) -> str:
    return f"{number:.1f}" if number >= 1 else f"{number:.1g}"


def _who_carries_it(alert: Alert, facts: Sequence[Facts]) -> str:
    names = list(dict.fromkeys(f.origin_name for f in facts))
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")  # noqa: PLR2004
    languages = [language_name(code) for code in alert.languages]
    return f"It is carried by {shown or 'nobody any more'}, in {_list(languages) or 'no language any more'}."


def _what_they_tell(facts: Sequence[Facts]) -> Iterator[str]:
    accuses, denies = sum(f.accuses for f in facts), sum(f.denied for f in facts)
    if accuses or denies:
        tell = "story tells" if accuses == 1 else "stories tell"
        yield f"{accuses:,} {tell} first of an accusation, {denies:,} of a denial."


def _claim(claim: ClaimThread) -> str:
    accuser, accused = name_of(claim.accuser), name_of(claim.accused)
    said = f"{accuser} is reported to accuse {accused} ({theme_name(claim.theme)}), first reported on {_time(claim.claimed_at)}"
    denials = [move for move in claim.moves if move.kind is MoveKind.DENIAL]
    if claim.state is ThreadState.WITHDRAWN:
        return f"{said}; that report has been withdrawn."
    if denials and claim.response_s is not None:
        after = "in the same report" if claim.response_s == 0 else f"after {_duration(claim.response_s)}"
        return f"{said}; {name_of(denials[0].by)} denies it, {after}."
    if denials:
        return f"{said}; {name_of(denials[0].by)} denies it."
    return f"{said}; no denial has been reported so far."


def _list(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _duration(seconds: float) -> str:
    hours = seconds / 3600
    if hours < 1:
        return f"{seconds / 60:.0f} minutes"
    return f"{hours:.1f} hours" if hours < 48 else f"{hours / 24:.1f} days"  # noqa: PLR2004


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _time(at: datetime) -> str:
    return f"{at:%-d %B %Y, %H:%M} UTC"
