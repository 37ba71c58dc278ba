"""A STIX bundle of each message: whole, the same when sent again, in versions that rise, and never a claim of guilt."""

from __future__ import annotations

import itertools
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs

from agents.publish.step import publications
from agents.publish.stix import bundle
from schemas.records import Alert, MsgType
from tests.unit.agents.watch.streams import MAY_11, as_items, may_2023, run

ID = re.compile(r"[a-z-]+--[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
REQUIRED = {
    "identity": {"name"},
    "location": {"country"},
    "note": {"content", "object_refs"},
    "report": {"name", "published", "object_refs"},
}


@pytest.fixture(scope="module")
def messages() -> list[Alert]:
    return run(as_items(may_2023(), MAY_11 + timedelta(days=4)))


def report_of(alert: Alert) -> dict[str, Any]:
    [report] = [found for found in bundle(alert)["objects"] if found["type"] == "report"]
    return dict(report)


def test_each_object_has_what_stix_requires_and_points_into_its_bundle(messages: list[Alert]) -> None:
    for message in messages:
        made = bundle(message)
        assert ID.fullmatch(made["id"])
        objects = {found["id"]: found for found in made["objects"]}
        assert len(objects) == len(made["objects"])
        for found in objects.values():
            assert ID.fullmatch(found["id"])
            assert found["spec_version"] == "2.1"
            assert found["id"].startswith(f"{found['type']}--")
            assert TIME.fullmatch(found["created"])
            assert found["created"] <= found["modified"]
            assert REQUIRED[found["type"]] <= {name for name, value in found.items() if value}
            assert {*found.get("object_refs", ()), found.get("created_by_ref", found["id"])} <= objects.keys()


def test_the_messages_of_an_alert_are_versions_of_one_report(messages: list[Alert]) -> None:
    reports = [report_of(message) for message in messages]
    assert {report["id"] for report in reports} == {f"report--{messages[0].alert_id}"}
    assert {report["created"] for report in reports} == {reports[0]["created"]}
    assert all(a["modified"] < b["modified"] for a, b in itertools.pairwise(reports))


def test_messages_of_one_moment_are_versions_too(messages: list[Alert]) -> None:
    twin = structs.replace(messages[0], sequence=2)
    assert report_of(messages[0])["modified"] < report_of(twin)["modified"]


def test_a_cancelled_alert_is_revoked_and_no_other_is(messages: list[Alert]) -> None:
    assert "revoked" not in report_of(messages[-1])
    assert report_of(structs.replace(messages[-1], msg_type=MsgType.CANCEL))["revoked"] is True


def test_the_evidence_and_the_threads_are_there(messages: list[Alert]) -> None:
    last = messages[-1]
    assert [one["external_id"] for one in report_of(last)["external_references"]] == [
        str(one.event_id) for one in last.evidence
    ]
    notes = [found for found in bundle(last)["objects"] if found["type"] == "note"]
    assert len(notes) == len(last.claims)
    assert all("is reported to accuse" in note["abstract"] for note in notes)


def test_nothing_asserts_a_deed(messages: list[Alert]) -> None:
    kinds = {found["type"] for message in messages for found in bundle(message)["objects"]}
    assert kinds <= REQUIRED.keys()


def test_evidence_without_title_and_address_is_still_named(messages: list[Alert]) -> None:
    bare = tuple(structs.replace(one, title="", url=None) for one in messages[0].evidence)
    for one in report_of(structs.replace(messages[0], evidence=bare))["external_references"]:
        assert set(one) == {"source_name", "external_id"}
    assert "external_references" not in report_of(structs.replace(messages[0], evidence=()))


def test_a_state_that_is_in_no_iso_list_has_a_place(messages: list[Alert]) -> None:
    places = [o for o in bundle(structs.replace(messages[0], target="XKX"))["objects"] if o["type"] == "location"]
    assert [(place["country"], place["name"]) for place in places] == [("RU", "Russia"), ("XK", "Kosovo")]


def test_it_is_published_under_the_key_of_the_alert_and_alike_each_time(messages: list[Alert]) -> None:
    [record] = [p for p in publications(messages[0]) if p.topic == "stix"]
    assert record == next(p for p in publications(messages[0]) if p.topic == "stix")
    assert record.key == str(messages[0].alert_id).encode()
    assert record.value is not None
    assert json.loads(record.value) == bundle(messages[0])
    assert dict(record.headers)["content-type"] == b"application/stix+json;version=2.1"
