"""Reading the room's knowledge: tab-separated files in `agents.enrich.knowledge`, with a header row."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files
from typing import TypeVar

import msgspec
from msgspec import Struct

from schemas.errors import KnowledgeError

R = TypeVar("R", bound=Struct)


def read_table(name: str, row_type: type[R]) -> list[R]:
    """The rows of a knowledge file as records of `row_type`, whose fields are the columns.

    A column of a tuple type holds values between `|`; an empty one is the empty tuple.

    Raises:
        KnowledgeError: a column is missing or a value doesn't fit; names the file and the line.
    """
    text = (files("agents.enrich.knowledge") / name).read_text(encoding="utf-8")
    fields = msgspec.structs.fields(row_type)
    rows: list[R] = []
    for number, cells in enumerate(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE), start=2):
        try:
            values = {
                field.name: _split(cells[field.encode_name]) if "tuple" in str(field.type) else cells[field.encode_name]
                for field in fields
            }
            rows.append(msgspec.convert(values, row_type, strict=False))
        except (KeyError, AttributeError, msgspec.ValidationError) as error:
            raise KnowledgeError(f"{name}, line {number}: {error}; columns are {[f.name for f in fields]}") from error
    return rows


def _split(cell: str) -> list[str]:
    return [value.strip() for value in cell.split("|") if value.strip()]


class _WordsRow(Struct, frozen=True):
    list: str
    words: tuple[str, ...]
    meaning: str
    checked: str


@lru_cache(maxsize=1)
def _word_lists() -> dict[str, frozenset[str]]:
    return {row.list: frozenset(row.words) for row in read_table("words.tsv", _WordsRow)}


def words(name: str) -> frozenset[str]:
    """One of the short lists of folded words in words.tsv, which says what each is for."""
    return _word_lists()[name]
