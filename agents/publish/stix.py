"""A message of an alert as a STIX 2.1 bundle, for threat-intelligence platforms (https://docs.oasis-open.org/cti/stix/v2.1/stix-v2.1.html).

- a `report` an alert: what is alleged, by how many, with the evidence as external references. All messages of an alert are versions of one
  report, `modified` later with each; a cancelled alert's is `revoked`.
- a `note` a claim thread: who is reported to accuse whom, and who answered what.
- a `location` each of the two states; an `identity` for who says all this: this software.

No state is a threat actor here, no technique an attack that happened: nothing of STIX that asserts a deed is used. Ids are UUIDv5, so that a message
that is sent again gives the same bytes, and a platform that takes it in again changes nothing.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pycountry
from babel import Locale

from schemas.ids import stable_id
from schemas.records import Alert, ClaimThread, Evidence, MsgType, Party

SPEC: Final = "2.1"
CONTENT_TYPE: Final = "application/stix+json;version=2.1"
MADE_AT: Final = "2023-05-11T00:00:00.000Z"
"""Of what never changes: the states, and us."""
REPORT_TYPE: Final = "alleged-interference"
"""A word of our own: STIX's open vocabulary has none for what is only said."""
_ALPHA_2: Final = {"XKX": "XK"}
"""Codes that no ISO list has."""


def bundle(alert: Alert) -> dict[str, Any]:
    """The bundle of one message."""
    states = [_location(code) for code in dict.fromkeys((alert.source, alert.target))]
    about = [state["id"] for state in states]
    notes = [_note(alert, thread, about) for thread in alert.claims]
    report = _report(alert, [*about, *(note["id"] for note in notes)])
    return {
        "type": "bundle",
        "id": _id("bundle", stable_id("stix", "bundle", str(alert.alert_id), str(alert.sequence))),
        "objects": [_ourselves(), *states, *notes, report],
    }


def _report(alert: Alert, about: list[str]) -> dict[str, Any]:
    report = _common("report", alert.alert_id, _time(alert.opened_at), _modified(alert)) | {
        "created_by_ref": _ourselves()["id"],
        "name": alert.headline,
        "description": alert.explanation,
        "report_types": [REPORT_TYPE],
        "published": _time(alert.opened_at),
        "lang": "en",
        "labels": [
            alert.theme,
            f"watch:{alert.watch_id}",
            f"message:{alert.msg_type.value.lower()}",
            f"kind:{alert.kind.value}",
            f"severity:{alert.severity.value.lower()}",
            f"certainty-of-reporting:{alert.certainty.value.lower()}",
        ],
        "object_refs": about,
    }
    if alert.evidence:
        report["external_references"] = [_reference(one) for one in alert.evidence]
    if alert.msg_type is MsgType.CANCEL:
        report["revoked"] = True
    return report


def _note(alert: Alert, thread: ClaimThread, about: list[str]) -> dict[str, Any]:
    """Moves in event time; the same thread in another alert is another note, whose versions are counted apart."""
    id_ = stable_id("stix", "note", str(alert.alert_id), str(thread.thread_id))
    claim = f"{_name(thread.accuser)} is reported to accuse {_name(thread.accused)} ({thread.theme.replace('_', ' ')})"
    moves = (f"{_time(move.at)} {_name(move.by)}: {move.kind.value.replace('_', ' ')}" for move in thread.moves)
    created = min(thread.claimed_at, alert.updated_at)
    return _common("note", id_, _time(created), _modified(alert)) | {
        "created_by_ref": _ourselves()["id"],
        "abstract": f"{claim}: {thread.state.value}",
        "content": "\n".join((f"{claim}.", *moves)),
        "lang": "en",
        "object_refs": about,
    }


def _reference(one: Evidence) -> dict[str, str]:
    found = {"source_name": one.source, "external_id": str(one.event_id)}
    if one.title:
        found["description"] = one.title
    if one.url:
        found["url"] = one.url
    return found


def _location(code: str) -> dict[str, Any]:
    country = pycountry.countries.get(alpha_3=code)
    alpha_2 = country.alpha_2 if country else _ALPHA_2.get(code, code)
    return _common("location", stable_id("stix", "location", code), MADE_AT, MADE_AT) | {
        "name": Locale("en").territories.get(alpha_2, code),
        "country": alpha_2,
    }


def _ourselves() -> dict[str, Any]:
    return _common("identity", stable_id("stix", "identity"), MADE_AT, MADE_AT) | {
        "name": "Bosphorus",
        "description": "Software that counts who alleges what of whom in the news. It judges no claim.",
        "identity_class": "system",
    }


def _common(type_: str, id_: uuid.UUID, created: str, modified: str) -> dict[str, Any]:
    return {
        "type": type_,
        "spec_version": SPEC,
        "id": _id(type_, id_),
        "created": created,
        "modified": modified,
    }


def _id(type_: str, id_: uuid.UUID) -> str:
    return f"{type_}--{id_}"


def _modified(alert: Alert) -> str:
    """A later version must be later: messages of one moment stand a millisecond apart, in their order."""
    return _time(alert.updated_at + timedelta(milliseconds=alert.sequence - 1))


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _name(party: Party) -> str:
    return party.name or party.code or party.text or "somebody"
