"""SECURITY.md keeps its word: each test that it names exists, and what it says of all the code holds in all of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agents.watches import load_watches
from schemas.errors import WatchConfigError

ROOT = Path(__file__).parents[2]
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)::(\w+)`", (ROOT / "SECURITY.md").read_text(encoding="utf-8"))))


def test_it_names_tests() -> None:
    assert len(NAMED) > 40


@pytest.mark.parametrize(("path", "name"), NAMED, ids=[name for _, name in NAMED])
def test_a_test_that_is_named_exists(path: str, name: str) -> None:
    assert f"def {name}(" in (ROOT / "tests" / path).read_text(encoding="utf-8")


def test_a_watch_file_runs_nothing(tmp_path: Path) -> None:
    made = tmp_path / "made"
    hostile = tmp_path / "watches.yaml"
    hostile.write_text(f'watches: !!python/object/apply:os.system ["touch {made}"]\n', encoding="utf-8")
    with pytest.raises(WatchConfigError, match="not YAML"):
        load_watches(hostile)
    assert not made.exists()


def test_a_watch_file_does_not_unfold(tmp_path: Path) -> None:
    laughs = ["a: &a [x, x, x, x, x, x, x, x]"]
    laughs += [f"{b}: &{b} [{', '.join([f'*{a}'] * 8)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    hostile = tmp_path / "watches.yaml"
    hostile.write_text("\n".join([*laughs, "watches: *i"]), encoding="utf-8")
    with pytest.raises(WatchConfigError, match="aliases"):
        load_watches(hostile)


def test_yaml_is_only_ever_loaded_safely_and_nothing_is_unpickled() -> None:
    for folder in ("schemas", "streams", "agents", "bosphorus"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            for loaded in re.findall(r"yaml\.(?:unsafe_load|full_load|load|load_all|compose)\(([^)]*)\)", text):
                assert "Loader=_LOADER" in loaded.replace(" ", ""), f"{path}: yaml.load({loaded})"
            assert not re.search(r"\b(?:pickle|marshal|shelve|dill)\.(?:loads?|open)\b|\beval\(|[^.\w]exec\(", text), (
                path
            )
