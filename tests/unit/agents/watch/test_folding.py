"""Copies are one story, look-alikes are not, and the index stays bounded."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from agents.watch.folding import GENERATION, Folder
from agents.watch.shingles import bands, signature, similarity, words

NOON = datetime(2023, 5, 12, 12, tzinfo=UTC)


class DictTable(dict[str, bytes]):
    """A table in memory that remembers its largest value."""

    largest = 0

    def set(self, key: str, value: bytes) -> None:
        self[key] = value
        self.largest = max(self.largest, len(value))

    def delete(self, key: str) -> None:
        self.pop(key, None)


def text(seed: int, length: int = 120) -> str:
    rng = random.Random(seed)
    return " ".join(f"w{rng.randrange(4000)}" for _ in range(length))


@pytest.fixture
def table() -> DictTable:
    return DictTable()


def test_an_exact_copy_under_other_white_space_and_case_is_the_same_story(table: DictTable) -> None:
    folder = Folder(table)
    assert folder.fold("a", "Title", "One body of text", NOON) == "a"
    assert folder.fold("b", "TITLE", "One  body\nof text", NOON) == "a"


@pytest.mark.parametrize(
    "edit",
    [
        lambda t: t + " published by our partners",
        lambda t: " ".join(t.split()[:90]),
        lambda t: "By a reporter in Ankara " + t,
        lambda t: t.replace(t.split()[40], "changed"),
    ],
)
def test_a_lightly_edited_copy_is_the_same_story(table: DictTable, edit: object) -> None:
    folder = Folder(table)
    folder.fold("a", "", text(1), NOON)
    assert callable(edit)
    assert folder.fold("b", "", edit(text(1)), NOON) == "a"


def test_a_copy_of_a_copy_belongs_to_the_first(table: DictTable) -> None:
    folder = Folder(table)
    folder.fold("a", "", text(1), NOON)
    folder.fold("b", "", text(1) + " more", NOON)
    assert folder.fold("c", "", text(1) + " more and more", NOON) == "a"


def test_different_texts_are_different_stories(table: DictTable) -> None:
    folder = Folder(table)
    assert {folder.fold(str(n), "", text(n), NOON) for n in range(200)} == {str(n) for n in range(200)}


@pytest.mark.parametrize("body", ["", "one", "one two"])
def test_the_shortest_texts_fold_only_when_equal(table: DictTable, body: str) -> None:
    folder = Folder(table)
    assert folder.fold("a", "", body, NOON) == "a"
    assert folder.fold("b", "", body, NOON) == "a"
    assert folder.fold("c", "", body + " else entirely", NOON) == "c"


def test_a_copy_is_found_over_the_border_of_two_generations(table: DictTable) -> None:
    folder = Folder(table)
    folder.fold("a", "", text(1), NOON)
    assert folder.fold("b", "", text(1) + " again", NOON + GENERATION) == "a"


def test_the_index_is_bounded_over_a_long_time(table: DictTable) -> None:
    folder = Folder(table)
    sizes = []
    for hour in range(0, 24 * 60, 6):
        folder.fold(str(hour), "", text(hour), NOON + timedelta(hours=hour))
        sizes.append(len(table))
    # Two generations of 12 texts with 21 bands, a digest and a signature each, and two heads.
    assert max(sizes) <= 2 * 12 * 23 + 2
    assert table.largest < 1024


def test_an_article_older_than_the_index_disturbs_nothing(table: DictTable) -> None:
    folder = Folder(table)
    folder.fold("a", "", text(1), NOON)
    before = dict(table)
    assert folder.fold("old", "", text(2), NOON - 4 * GENERATION) == "old"
    assert dict(table) == before


def test_similarity_estimates_the_shared_shingles() -> None:
    one, half = signature(words("", text(1))), signature(words("", text(1, 60) + " " + text(2, 60)))
    assert similarity(one, one) == 1
    assert 0.15 < similarity(one, half) < 0.55
    assert len(bands(one)) == len(set(bands(one))) == 21
