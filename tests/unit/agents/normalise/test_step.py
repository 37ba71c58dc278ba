from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.normalise.step import normalise
from agents.settings import AgentsSettings
from schemas.errors import BadRecordError, MalformedError, RejectedArticleError, TooLargeError
from schemas.jsonl import to_json
from schemas.records import NewsEvent, Status

SETTINGS = AgentsSettings()
MAX_BYTES = 4 * 1024 * 1024
RECEIVED = datetime(2023, 5, 12, 21, tzinfo=UTC)
ARTICLE: dict[str, Any] = {
    "id": "a-1",
    "url": "https://www.example.org/news/kremlin-denies",
    "title": "Kremlin denies meddling",
    "body": "Moscow said on Friday that it has nothing to do with it.\n\nAnkara did not answer.",
    "published_at": "2023-05-12T20:00:05Z",
    "source": "example.org",
    "language": "en",
}


def event_of(raw: bytes, received_at: datetime | None = None, max_bytes: int = MAX_BYTES) -> NewsEvent:
    return normalise(raw, received_at=received_at, settings=SETTINGS, max_bytes=max_bytes)


def article(received_at: datetime | None = None, /, **fields: Any) -> NewsEvent:
    return event_of(json.dumps({k: v for k, v in (ARTICLE | fields).items() if v is not ...}).encode(), received_at)


def reason_of(raw: bytes) -> str:
    with pytest.raises(BadRecordError) as caught:
        event_of(raw)
    assert str(caught.value)
    return caught.value.reason


def test_a_clean_article_comes_through_as_it_is() -> None:
    event = article()
    assert (event.title, event.body, event.external_id) == (ARTICLE["title"], ARTICLE["body"], "a-1")
    assert event.url == ARTICLE["url"]
    assert (event.source, event.language, event.version, event.status) == ("example.org", "en", 1, Status.USABLE)
    assert event.published_at == event.received_at == datetime(2023, 5, 12, 20, 0, 5, tzinfo=UTC)
    assert event.flags == ()


# What can't be used, each with its reason


def test_truncated_json_is_named_as_such() -> None:
    assert reason_of(b'{"title": "Kremlin den') == "truncated_json"


@pytest.mark.parametrize("raw", [b"not json", b'{"title": "a"} trailing', b'{"title" "a"}', b'{"title": "\\x"}'])
def test_what_is_no_json_is_named_as_such(raw: bytes) -> None:
    assert reason_of(raw) == "not_json"


@pytest.mark.parametrize("raw", [b"", b"  \n", b"\xef\xbb\xbf"])
def test_nothing_is_named_empty(raw: bytes) -> None:
    assert reason_of(raw) == "empty"


@pytest.mark.parametrize("raw", [b"[]", b'"text"', b"12", b"null", b"true"])
def test_json_that_is_no_object_is_named_as_such(raw: bytes) -> None:
    assert reason_of(raw) == "not_an_object"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", 12),
        ("title", ["a"]),
        ("body", {"html": "a"}),
        ("url", 1),
        ("published_at", []),
        ("published_at", True),
        ("id", 1.5),
        ("language", {}),
        ("version", [1]),
        ("status", 3),
    ],
)
def test_a_wrong_type_names_the_field(field: str, value: Any) -> None:
    with pytest.raises(MalformedError, match=f"field {field}:") as caught:
        article(**{field: value})
    assert caught.value.reason == "wrong_type"


def test_another_encoding_than_utf8_is_named_with_the_byte() -> None:
    with pytest.raises(MalformedError, match="0xfd") as caught:
        event_of('{"title": "Kılıçdaroğlu"}'.encode("cp1254"))
    assert caught.value.reason == "not_utf8"


def test_an_article_over_the_limit_is_too_large() -> None:
    with pytest.raises(TooLargeError, match="5,000,198 bytes, more than 4,194,304") as caught:
        event_of(json.dumps(ARTICLE | {"body": "a" * 5_000_000}).encode())
    assert caught.value.reason == "too_large"


@pytest.mark.parametrize(
    "empty", [{"title": "", "body": ""}, {"title": None, "body": ...}, {"title": " <p> </p>", "body": "\x00"}]
)
def test_empty_title_and_body_are_rejected(empty: dict[str, Any]) -> None:
    with pytest.raises(RejectedArticleError) as caught:
        article(**empty)
    assert caught.value.reason == "no_text"


def test_json_nested_too_deeply_is_rejected_and_harms_nobody() -> None:
    assert reason_of(b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}") == "not_json"


# What is repaired


def test_lone_surrogates_are_replaced_and_flagged() -> None:
    event = event_of(b'{"title": "a \\ud800 b", "body": "c \\udfff", "language": "en", "date": "2023-05-12T20:00:05Z"}')
    assert (event.title, event.body) == ("a \ufffd b", "c \ufffd")
    assert event.flags == ("surrogates_replaced",)


def test_nuls_are_removed_and_flagged() -> None:
    event = article(title="a\x00b")
    assert (event.title, event.flags) == ("ab", ("control_chars_removed",))


def test_bare_control_characters_inside_json_are_mended() -> None:
    event = event_of(
        b'{"title": "a\x1b[31mb\x00", "body": "one\ntwo", "language": "en", "date": "2023-05-12T20:00:05Z"}'
    )
    assert (event.title, event.body) == ("ab", "one\ntwo")


def test_terminal_escapes_and_script_tags_leave_a_title() -> None:
    event = article(title="\x1b]0;owned\x07Kremlin \x1b[2J<script>alert(1)</script>denies")
    assert event.title == "Kremlin denies"
    assert event.flags == ("control_chars_removed", "html_stripped")


def test_html_is_stripped_from_any_field() -> None:
    event = article(
        title="<b>A</b> &amp; B", body="<p>one</p><p>two<br>three</p>", byline="<i>By A. B.</i>", source="<b>Daily</b>"
    )
    assert (event.title, event.body, event.byline, event.source) == ("A & B", "one\n\ntwo\nthree", "By A. B.", "Daily")


def test_a_byte_order_mark_is_passed_over() -> None:
    assert event_of(b"\xef\xbb\xbf" + json.dumps(ARTICLE).encode()) == article()


@pytest.mark.parametrize(
    ("url", "flag"),
    [
        ("javascript:alert(1)", "url_rejected"),
        ("data:text/html,x", "url_rejected"),
        ("not an address", "url_rejected"),
        ("https://example.org/" + "a" * 10_000, "url_too_long"),
    ],
)
def test_an_address_that_is_none_is_left_out_and_flagged(url: str, flag: str) -> None:
    event = article(url=url)
    assert event.url is None
    assert event.flags == (flag,)


# Which text


def test_title_only_and_body_only_articles_are_valid() -> None:
    assert article(body=...).body == ""
    assert article(title=...).title == ""


def test_text_and_then_summary_stand_in_for_an_empty_body() -> None:
    assert article(body="", text="t", summary="s").body == "t"
    assert article(body=..., text="<p></p>", summary="s").body == "s"


def test_a_withdrawal_needs_no_text() -> None:
    event = article(title=..., body=..., status="canceled", version=3)
    assert (event.status, event.version) == (Status.CANCELED, 3)


def test_a_very_long_title_is_cut_and_flagged() -> None:
    event = article(title="a" * 5_000)
    assert len(event.title) == 1_000
    assert event.flags == ("title_cut",)


# Dates


@pytest.mark.parametrize("missing", [..., None, ""])
def test_a_missing_date_is_the_time_of_receipt(missing: Any) -> None:
    event = article(RECEIVED, published_at=missing)
    assert (event.published_at, event.flags) == (RECEIVED, ("date_missing",))


def test_a_missing_date_offline_is_the_field_received_at() -> None:
    event = article(published_at=..., received_at="2023-05-12T21:00:00Z")
    assert event.published_at == event.received_at == RECEIVED


def test_a_missing_date_without_any_receipt_is_the_epoch_and_says_so() -> None:
    event = article(published_at=...)
    assert event.published_at == datetime(1970, 1, 1, tzinfo=UTC)
    assert event.flags == ("date_missing", "date_unknown")


@pytest.mark.parametrize("date", ["9999-12-31T23:59:59Z", "0001-01-01", 1e300, -1e12, 0])
def test_an_absurd_date_is_the_time_of_receipt(date: Any) -> None:
    event = article(RECEIVED, published_at=date)
    assert event.published_at == RECEIVED
    assert "date_absurd" in event.flags


def test_an_unreadable_date_is_the_time_of_receipt() -> None:
    event = article(RECEIVED, published_at="yesterday")
    assert (event.published_at, event.flags) == (RECEIVED, ("date_unreadable",))


def test_a_date_up_to_an_hour_ahead_is_believed() -> None:
    event = article(RECEIVED, published_at="2023-05-12T22:00:00Z")
    assert (event.published_at, event.flags) == (RECEIVED + timedelta(hours=1), ())


def test_a_date_further_ahead_is_clamped_and_flagged() -> None:
    event = article(RECEIVED, published_at="2023-05-12T22:00:01Z")
    assert (event.published_at, event.flags) == (RECEIVED, ("date_in_future",))


def test_without_a_receipt_nothing_is_clamped() -> None:
    assert article(published_at="2050-05-12T22:00:01Z").published_at.year == 2050


def test_the_time_of_the_record_wins_over_the_field() -> None:
    assert article(RECEIVED, received_at="2001-01-01T00:00:00Z").received_at == RECEIVED


def test_the_first_date_that_is_given_counts() -> None:
    event = article(published_at=None, published="Fri, 12 May 2023 20:00:05 +0300", date="2001-01-01")
    assert event.published_at == datetime(2023, 5, 12, 17, 0, 5, tzinfo=UTC)


# Identity and versions


def test_the_same_article_twice_is_the_same_event() -> None:
    assert article() == article()


def test_a_correction_is_the_same_event_with_another_content_hash() -> None:
    first, second = article(), article(version="2", body="Corrected.")
    assert first.event_id == second.event_id
    assert first.content_hash != second.content_hash
    assert second.version == 2
    assert article(version=3.0).version == 3


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/news/kremlin-denies",
        "https://m.example.org/news/kremlin-denies/?utm_source=feed#top",
        "https://www.example.org:443/news/kremlin-denies/amp",
        "https://www.google.com/amp/s/www.example.org/news/kremlin-denies",
    ],
)
def test_the_same_article_at_another_address_is_the_same_event(url: str) -> None:
    assert article(url=url).event_id == article().event_id


def test_articles_without_an_address_are_told_apart_by_source_and_id() -> None:
    ids = {article(url=..., source=s, id=i).event_id for s in ("a.org", "b.org") for i in ("1", "2")}
    assert len(ids) == 4


def test_a_front_page_is_no_articles_address() -> None:
    assert article(url="https://example.org/", id="1").event_id != article(url="https://example.org/", id="2").event_id


def test_without_address_and_id_the_text_makes_the_identity() -> None:
    assert article(url=..., id=...).event_id == article(url=..., id=...).event_id
    assert article(url=..., id=...).event_id != article(url=..., id=..., body="b").event_id


@pytest.mark.parametrize("version", [0, -1, 1.5, "two", 2**40, "9" * 5_000, ""])
def test_a_version_that_is_none_is_one_and_flagged(version: Any) -> None:
    event = article(version=version)
    assert (event.version, event.flags) == (1, ("version_unreadable",))


@pytest.mark.parametrize(
    ("word", "status"),
    [("usable", "usable"), ("Withheld", "withheld"), ("canceled", "canceled"), ("cancelled", "canceled")],
)
def test_the_status_passes_through(word: str, status: str) -> None:
    assert article(status=word).status == status


def test_an_unknown_status_is_usable_and_flagged() -> None:
    event = article(status="spiked")
    assert (event.status, event.flags) == (Status.USABLE, ("status_unknown",))


# Source and language


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("www.Example.org", "example.org"),
        ("https://m.example.org/x", "example.org"),
        ("Daily  News", "Daily News"),
        (..., "example.org"),
    ],
)
def test_the_source_is_a_domain_or_a_name(source: Any, name: str) -> None:
    assert article(source=source).source == name


def test_without_source_and_address_the_source_is_unknown() -> None:
    assert article(source=..., url=...).source == "unknown"


@pytest.mark.parametrize(("tag", "code"), [("tr-TR", "tr"), ("TUR", "tr"), ("Russian", "ru"), ("en_GB", "en")])
def test_a_given_language_becomes_iso_639_1(tag: str, code: str) -> None:
    event = article(language=tag)
    assert (event.language, event.flags) == (code, ())


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Kremlin iddiaları reddetti, seçim pazar günü", "tr"),
        ("Кремль отверг обвинения Кылычдароглу", "ru"),
        ("Turkish opposition leader accuses Russia", "en"),
    ],
)
def test_an_absent_language_is_detected_and_flagged(title: str, code: str) -> None:
    event = article(language=..., title=title, body="")
    assert (event.language, event.flags) == (code, ("language_detected",))


def test_an_unknown_language_is_detected_instead() -> None:
    event = article(language="xx-klingon")
    assert event.language == "en"
    assert event.flags == ("language_detected", "language_unreadable")


def test_a_text_that_says_too_little_has_no_language() -> None:
    event = article(language=..., title="42", body="")
    assert event.language == "und"
    assert event.flags == ("language_detected", "language_unknown")


# For any input

TEXT = st.one_of(
    st.text(st.characters(codec=None, exclude_categories=()), max_size=60),
    st.text(alphabet="<>&;/!ab# \n\x00\x1b[]m?-\u0338\u0301\u00ad\ud800", max_size=60),
    st.sampled_from(
        ["<script>x</script>", "&amp;lt;b&amp;gt;", "&#60;b&#62;", "<!--", "<![CDATA[<b>x]]>", "&" * 9 + "lt;a"]
    ),
)
DATE = st.one_of(
    st.none(), st.text(max_size=30), st.integers(-(2**63), 2**63), st.floats(allow_nan=False), st.datetimes().map(str)
)
ARTICLES = st.fixed_dictionaries(
    {},
    optional={
        "id": st.one_of(TEXT, st.integers(-(2**63), 2**63 - 1)),
        "url": st.one_of(TEXT, TEXT.map(lambda t: "https://example.org/" + t), TEXT.map(lambda t: f"http://{t}/x?{t}")),
        "title": TEXT,
        "body": TEXT,
        "summary": TEXT,
        "published_at": DATE,
        "received_at": DATE,
        "source": TEXT,
        "version": st.one_of(TEXT, st.integers(-5, 2**40)),
        "status": st.one_of(TEXT, st.sampled_from(list(Status))),
        "byline": TEXT,
        "language": st.one_of(TEXT, st.just("en")),
    },
)


@given(st.one_of(st.binary(max_size=200), st.binary(max_size=200).map(lambda b: b'{"title": "' + b + b'"}')))
@settings(max_examples=150, deadline=None)
def test_no_bytes_raise_anything_but_a_reason(raw: bytes) -> None:
    try:
        event_of(raw)
    except BadRecordError as error:
        assert error.reason
        assert str(error)


@given(ARTICLES)
@settings(max_examples=200, deadline=None)
def test_normalising_twice_changes_nothing(fields: dict[str, Any]) -> None:
    try:
        once = event_of(json.dumps(fields).encode())
    except BadRecordError:
        return
    again = json.loads(to_json(once)) | {"id": once.external_id}
    twice = event_of(json.dumps(again).encode())
    assert (twice.event_id, twice.content_hash, twice.url, twice.source) == (
        once.event_id,
        once.content_hash,
        once.url,
        once.source,
    )
    assert (twice.title, twice.body, twice.byline, twice.external_id) == (
        once.title,
        once.body,
        once.byline,
        once.external_id,
    )
    assert (twice.version, twice.status) == (once.version, once.status)
    if "date_unknown" not in once.flags:
        assert (twice.published_at, twice.received_at) == (once.published_at, once.received_at)


@given(ARTICLES)
@settings(max_examples=200, deadline=None)
def test_nothing_hostile_leaves(fields: dict[str, Any]) -> None:
    try:
        event = event_of(json.dumps(fields).encode())
    except BadRecordError:
        return
    for text in (event.title, event.body, event.source, event.byline or "", event.url or "", event.external_id or ""):
        text.encode("utf-8")
        assert not any(c < " " or "\x7f" <= c < "\xa0" for c in text if c != "\n")
    assert "<script" not in event.title + event.body
    assert event.title == event.title.strip()
