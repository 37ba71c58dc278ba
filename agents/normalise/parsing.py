"""The bytes of a raw article as the record that they stand for; what strict JSON forbids and a repair of text can mend is let through."""

from __future__ import annotations

import json

import msgspec

from schemas.doors import RawArticle
from schemas.errors import MalformedError

EXCERPT = 20
"""Characters shown of what is no JSON."""

_DECODER = msgspec.json.Decoder(RawArticle)
_BOM = b"\xef\xbb\xbf"


def parse(raw: bytes) -> RawArticle:
    """Return the article as it stands in the bytes, checked for types only.

    Raises:
        MalformedError: `empty`, `not_utf8`, `truncated_json`, `not_json`, `not_an_object` or `wrong_type`.
    """
    raw = raw.removeprefix(_BOM)
    if not raw.strip():
        raise MalformedError("empty", "there is nothing in it; an article is a JSON object")
    try:
        return _DECODER.decode(raw)
    except msgspec.ValidationError as error:
        # `{"title": "\ud800", "version": []}`: the types decide, whatever else is wrong.
        raise _wrong_type(error) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _parse_leniently(raw, error)


def _parse_leniently(raw: bytes, reason: Exception) -> RawArticle:
    """Read what strict JSON forbids and text repair can mend: lone surrogates, bare control characters, NaN."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError(
            "not_utf8",
            f"byte {error.start} (0x{raw[error.start]:02x}) is not UTF-8; convert the article, e.g. with iconv",
        ) from error
    try:
        value = json.loads(text, strict=False)
    except RecursionError as error:
        raise MalformedError("not_json", "not JSON of an article: nested too deeply") from error
    except ValueError as error:
        if "truncated" in str(reason):
            raise MalformedError("truncated_json", "the JSON ends in the middle; was the line cut?") from error
        raise MalformedError("not_json", f"not JSON: {_where(error)}") from error
    if isinstance(value, dict):
        # No name of ours has other letters, and one with a lone surrogate can't be looked up.
        value = {name: content for name, content in value.items() if name.isascii()}
    try:
        return msgspec.convert(value, RawArticle)
    except msgspec.ValidationError as error:
        raise _wrong_type(error) from error


def _where(error: ValueError) -> str:
    """What stops the reader, and where: an article is one line, so that the character says enough."""
    if not isinstance(error, json.JSONDecodeError):
        return str(error)[:200]
    what = f"{error.msg[:1].lower()}{error.msg[1:]}"
    return f"{what} at character {error.pos + 1}: {error.doc[error.pos : error.pos + EXCERPT]!r}"


def _wrong_type(error: msgspec.ValidationError) -> MalformedError:
    what, _, path = str(error).partition(" - at `$")
    if not path:
        return MalformedError(
            "not_an_object", f"an article is a JSON object with title and body; {what[:1].lower()}{what[1:]}"
        )
    return MalformedError("wrong_type", f"field {path.strip('.`')}: {what[:1].lower()}{what[1:]}")
