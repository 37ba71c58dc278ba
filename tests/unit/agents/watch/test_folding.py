"""Copies are one story, look-alikes are not, and the index stays bounded."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from agents.watch.folding import KEPT, Folder
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


def test_a_copy_is_found_as_long_as_texts_are_kept(table: DictTable) -> None:
    folder = Folder(table)
    folder.fold("a", "", text(1), NOON)
    assert folder.fold("b", "", text(1) + " again", NOON + KEPT) == "a"


@pytest.mark.parametrize("copy", [text(1), text(1) + " again"])
def test_what_was_said_too_long_ago_is_a_new_story(table: DictTable, copy: str) -> None:
    folder = Folder(table)
    folder.fold("a", "", text(1), NOON)
    assert folder.fold("b", "", copy, NOON + KEPT + timedelta(minutes=1)) == "b"


def test_the_texts_are_bounded_over_a_long_time(table: DictTable) -> None:
    folder = Folder(table)
    sizes = []
    for hour in range(0, 24 * 60, 6):
        folder.fold(str(hour), "", text(hour), NOON + timedelta(hours=hour))
        sizes.append(len(table))
    # One every six hours for 96 hours, both ends included, and where they begin and end.
    assert max(sizes) == 96 // 6 + 1 + 1
    assert table.largest < 1024


def test_the_texts_are_bounded_in_number(table: DictTable) -> None:
    folder = Folder(table, most=10)
    for n in range(50):
        folder.fold(str(n), "", text(n), NOON)
    assert len(table) == 10 + 1
    assert folder.fold("late copy", "", text(45) + " again", NOON) == "45"
    assert folder.fold("forgotten", "", text(5) + " again", NOON) == "forgotten"


def test_a_folder_that_takes_the_texts_up_goes_on_as_if_nothing_had_been(table: DictTable) -> None:
    def edited(n: int) -> str:
        return text(n % 40) + " again" * (n % 3)

    through, broken = Folder(DictTable()), Folder(table)
    for n in range(160):
        if n % 25 == 0:
            broken = Folder(table)
        at = NOON + timedelta(hours=n)
        assert through.fold(str(n), "", edited(n), at) == broken.fold(str(n), "", edited(n), at)


def test_an_article_older_than_what_is_kept_disturbs_nothing(table: DictTable) -> None:
    folder = Folder(table)
    folder.fold("a", "", text(1), NOON)
    before = dict(table)
    assert folder.fold("old", "", text(2), NOON - 4 * KEPT) == "old"
    assert dict(table) == before


@pytest.mark.parametrize("odd", ["", "\ud800 alone", "\u0390" * 30_000, "\U0001f600" * 30_000, "a " * 30_000])
def test_no_text_is_too_odd_to_fold(table: DictTable, odd: str) -> None:
    folder = Folder(table)
    assert folder.fold("a", odd, odd, NOON) == "a"
    assert folder.fold("b", odd, odd, NOON) == "a"


def test_similarity_estimates_the_shared_shingles() -> None:
    one, half = signature(words("", text(1))), signature(words("", text(1, 60) + " " + text(2, 60)))
    assert similarity(one, one) == 1
    assert 0.15 < similarity(one, half) < 0.55
    assert len(bands(one)) == len(set(bands(one))) == 21
