"""The English words that tell who is said to interfere in whom (`lexicons/sides.en.tsv`, a named list a row), and territories."""

from __future__ import annotations

import csv
import functools
from importlib import resources

from schemas.errors import KnowledgeError


@functools.cache
def all_sides() -> dict[str, frozenset[str]]:
    """The lists of words, by name; the file says what each is for.

    Raises:
        KnowledgeError: a list stands twice.
    """
    text = resources.files("agents.enrich").joinpath("lexicons/sides.en.tsv").read_text("utf-8")
    lists: dict[str, frozenset[str]] = {}
    for row in csv.DictReader(text.splitlines(), delimiter="\t"):
        if row["list"] in lists:
            raise KnowledgeError(f"sides.en.tsv: the list {row['list']!r} stands twice")
        lists[row["list"]] = frozenset(row["words"].split("|"))
    return lists


def sides(name: str) -> frozenset[str]:
    """One of the lists."""
    return all_sides()[name]


@functools.cache
def sovereigns() -> dict[str, str]:
    """The state that a territory belongs to, both alpha-3: what is done in New Caledonia is done to France."""
    text = resources.files("agents.enrich").joinpath("lexicons/territories.tsv").read_text("utf-8")
    return {row["territory"]: row["state"] for row in csv.DictReader(text.splitlines(), delimiter="\t")}
