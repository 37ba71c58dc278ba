"""Reading the room's knowledge: tab-separated files in `agents.enrich.knowledge`, with a header row."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from schemas.errors import KnowledgeError

R = TypeVar("R", bound=Struct)


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a tab-separated text, each by the names in the header row; quotation marks are letters, empty lines are no rows."""
    header, *lines = text.splitlines()
    columns = header.split("\t")
    return [dict(zip(columns, line.split("\t"), strict=False)) for line in lines if line]


def read_table(name: str, row_type: type[R]) -> list[R]:
    """The rows of a knowledge file as records of `row_type`, whose fields are the columns.

    A column of a tuple type holds values between `|`; an empty one is the empty tuple.

    Raises:
        KnowledgeError: a column is missing or a value doesn't fit; names the file and the line.
    """
    rows: list[dict[str, Any]] = rows_of((files("agents.enrich.knowledge") / name).read_text(encoding="utf-8"))
    for column in [field.encode_name for field in msgspec.structs.fields(row_type) if "tuple" in str(field.type)]:
        for row in rows:
            if column in row:
                row[column] = _split(row[column])
    try:
        return msgspec.convert(rows, list[row_type], strict=False)  # type: ignore[valid-type]
    except msgspec.ValidationError:
        _refuse(name, rows, row_type)
        raise


def _refuse(name: str, rows: list[dict[str, Any]], row_type: type[R]) -> None:
    """Name the first row that doesn't fit: the error about all of them doesn't know its line."""
    for number, row in enumerate(rows, start=2):
        try:
            msgspec.convert(row, row_type, strict=False)
        except msgspec.ValidationError as error:
            columns = [field.name for field in msgspec.structs.fields(row_type)]
            raise KnowledgeError(f"{name}, line {number}: {error}; columns are {columns}") from error


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
