"""The language of an article as ISO 639-1: as it was given, else as it is detected."""

from __future__ import annotations

import csv
import functools
import re
from importlib import resources
from typing import Any

UNKNOWN = "und"
PREFIX = 200
"""Code points that detection reads: enough to be sure; more only costs more."""
SHORT = 120
"""Below this many code points a title may look like the wrong neighbour (Russian like Bulgarian, English like Frisian)."""
FAVOURED = ("en", "tr", "ru")
"""What most of the watched press writes: on a short text these win against a likelier language by up to ADVANTAGE."""
ADVANTAGE = 6.0
SURE = 0.2
"""Less than this, and nobody knows."""

TELLING = ((400, 2), (2000, 5))
"""In so many code points so many different telling words (telling_words.tsv) settle the language without the model. More of the text is read
where its lead holds too few; a foreign one may quote a sentence there, so that it takes more of them."""

_WORDS = re.compile(r"[^\W\d_]{2,}")
_NOT_RUSSIAN = re.compile("[іїєґўјљњћђџѓќқғңүұһөә]", re.IGNORECASE)
_NOISE = re.compile(r"https?://\S+|[@#]\w+")


def given_language(tag: str) -> str | None:
    """Return the ISO 639-1 code of a BCP 47 tag, an ISO 639 code or an English name; None if it is none of them."""
    return _given(tag[:64].strip().lower())


@functools.lru_cache(maxsize=1024)
def _given(tag: str) -> str | None:
    import pycountry

    primary = re.split(r"[-_.]", tag, maxsplit=1)[0]
    known = pycountry.languages
    found: Any = None
    if len(primary) == len("tr"):
        found = known.get(alpha_2=primary)
    elif len(primary) == len("tur"):
        found = known.get(alpha_3=primary) or known.get(bibliographic=primary)
    elif tag:
        found = known.get(name=tag.title())
    return getattr(found, "alpha_2", None)


def detect_language(title: str, body: str) -> str:
    """Return the ISO 639-1 code of the language that the text is most likely in, or `und` where it says too little.

    Telling words first: they settle most texts of the languages that most of the press writes, at a tenth of the
    model's cost. Else naive Bayes over byte n-grams (py3langid's model of 2026), restricted to languages.tsv.
    Deterministic.
    """
    text = f"{title}\n{body[:PREFIX]}"[:PREFIX]
    for far, enough in TELLING:
        told = _told(f"{title}\n{body[:far]}"[:far], enough)
        if told is not None:
            return told
        if len(title) + len(body) < far:
            break
    if "http" in text or "@" in text or "#" in text:
        text = _NOISE.sub(" ", text)
    if _WORDS.search(text) is None:
        return UNKNOWN
    ranked = _identifier().rank(text)
    best, probability = ranked[0]
    if len(text) < SHORT and best not in FAVOURED:
        for language, p in ranked[1:6]:
            if language in FAVOURED and p * ADVANTAGE >= probability and not _rules_out(language, text):
                return str(language)
    return str(best) if probability >= SURE else UNKNOWN


def _told(text: str, enough: int) -> str | None:
    """The language whose telling words the text holds, if it is one language and there are enough of them."""
    telling = _telling_words()
    found = [telling[word] for word in telling.keys() & text.lower().split()]
    return found[0] if len(found) >= enough and found.count(found[0]) == len(found) else None


@functools.cache
def _telling_words() -> dict[str, str | None]:
    """Telling word to its language; to None where several have it."""
    telling: dict[str, str | None] = {}
    for row in _table("telling_words.tsv"):
        for word in row["words"].split():
            telling[word] = row["language"] if telling.get(word, row["language"]) == row["language"] else None
    return telling


def _table(name: str) -> list[dict[str, str]]:
    lines = resources.files("agents.normalise").joinpath(name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader((line for line in lines if line and not line.startswith("#")), delimiter="\t"))


def _rules_out(language: str, text: str) -> bool:
    return language == "ru" and _NOT_RUSSIAN.search(text) is not None


@functools.cache
def _identifier() -> Any:
    """Load the model: 0.8 s, so only when the first article without a language comes."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([row["code"] for row in _table("languages.tsv")])
    return identifier
