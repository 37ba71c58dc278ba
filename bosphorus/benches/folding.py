"""`bosphorus bench folding`: are edited copies of an article folded into one story, and how fast.

Articles are made of words of a skewed vocabulary; a copy is cut at the end, has words replaced, gets a credit line or a new title, as
syndicated articles do. Scored by BCubed (Bagga and Baldwin 1998).
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Hashable, Iterable
from datetime import UTC, datetime, timedelta

import click
from msgspec import Struct, to_builtins

VOCABULARY = 30_000
_START = datetime(2023, 5, 1, tzinfo=UTC)
_EVERY = timedelta(seconds=20)
_CREDITS = (
    "Reporting by our staff",
    "Copyright all rights reserved",
    "Read more on our site",
    "Additional reporting from Ankara",
)


class Article(Struct, frozen=True):
    """A made-up article and the story that it really belongs to."""

    story: int
    title: str
    body: str


class Result(Struct, frozen=True):
    """What came of it."""

    articles: int
    stories: int
    bcubed_precision: float
    bcubed_recall: float
    bcubed_f1: float
    articles_per_second: float


@click.command()
@click.option("--stories", type=click.IntRange(1), default=6_000, show_default=True, help="Different stories.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
def command(stories: int, seed: int, *, as_json: bool) -> None:
    """Fold made-up articles with edited copies; print BCubed and speed on one core.

    Example: bosphorus bench folding --json | jq .bcubed_f1
    """
    result = run(articles(stories, seed))
    if as_json:
        click.echo(json.dumps(to_builtins(result)))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("articles", "stories", "BCubed precision", "recall", "F1", "articles/s/core", box=None)
    figures = (result.bcubed_precision, result.bcubed_recall, result.bcubed_f1)
    table.add_row(
        str(result.articles), str(result.stories), *(f"{f:.4f}" for f in figures), f"{result.articles_per_second:,.0f}"
    )
    Console(highlight=False, width=None if sys.stdout.isatty() else 120).print(table)


def articles(stories: int, seed: int) -> list[Article]:
    """Make so many stories, each with 0 to 9 edited copies, in random order."""
    rng = random.Random(seed)  # noqa: S311 - a simulation
    vocabulary = [_word(rng) for _ in range(VOCABULARY)]
    weights = [1 / (rank + 10) for rank in range(VOCABULARY)]
    made = []
    for story in range(stories):
        words = rng.choices(vocabulary, weights, k=rng.randint(80, 500))
        title = " ".join(words[:8])
        made.append(Article(story, title, " ".join(words)))
        copies = rng.choice((0, 0, 1, 2, 3, 9))
        made += [Article(story, *_edited(title, words, vocabulary, rng)) for _ in range(copies)]
    rng.shuffle(made)
    return made


def run(made: list[Article]) -> Result:
    """Fold them, one every 20 seconds of event time."""
    from agents.watch.folding import Folder
    from agents.watch.store import MemoryStore

    folder = Folder(MemoryStore())
    started = time.process_time()
    found = [folder.fold(str(n), one.title, one.body, _START + n * _EVERY) for n, one in enumerate(made)]
    seconds = time.process_time() - started
    precision, recall, f1 = bcubed([one.story for one in made], found)
    return Result(len(made), len({one.story for one in made}), precision, recall, f1, len(made) / seconds)


def bcubed(gold: Iterable[Hashable], found: Iterable[Hashable]) -> tuple[float, float, float]:
    """Return BCubed precision, recall and F1 of two clusterings of the same items."""
    pairs = list(zip(gold, found, strict=True))
    both, of_gold, of_found = Counter(pairs), Counter(g for g, _ in pairs), Counter(f for _, f in pairs)
    precision = sum(both[pair] / of_found[pair[1]] for pair in pairs) / len(pairs)
    recall = sum(both[pair] / of_gold[pair[0]] for pair in pairs) / len(pairs)
    return precision, recall, 2 * precision * recall / (precision + recall)


def _word(rng: random.Random) -> str:
    return "".join(rng.choices("abcdefghijklmnoprstuvyz", k=rng.randint(2, 10)))


def _edited(title: str, words: list[str], vocabulary: list[str], rng: random.Random) -> tuple[str, str]:
    words = list(words)
    cut, lead, credit, retitled = (rng.random() < chance for chance in (0.3, 0.5, 0.5, 0.5))
    if cut:
        words = words[: int(len(words) * rng.uniform(0.75, 1))]
    for _ in range(int(len(words) * rng.uniform(0, 0.06))):  # reworded here and there
        words[rng.randrange(len(words))] = rng.choice(vocabulary)
    if lead:
        words = rng.choices(vocabulary, k=rng.randint(3, 20)) + words
    if credit:
        words += rng.choice(_CREDITS).split()
    if retitled:
        title = " ".join(rng.choices(vocabulary, k=8))
    return title, " ".join(words)
