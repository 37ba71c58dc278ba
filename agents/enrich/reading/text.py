"""An article as the coders read it: its fields, their words and sentences, all with code-point offsets into the field.

Words and offsets are made once for everybody; sentences only where someone asks. A word is a run of letters and
digits: `Turkey's` is `turkey`, `s`; `Rusya'nın` is `rusya`, `nin`; `U.S.` is `u`, `s`; `Russian-backed` is two words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeVar

from agents.enrich.cuts import cut
from agents.enrich.reading.lookouts import Lookout, Wanted, look
from agents.enrich.reading.sorted_ints import count_up_to
from agents.enrich.reading.tokens import fold_and_cut, recut
from schemas.records import Field, NewsEvent, Span

T = TypeVar("T")

_ENDS: Final = ".!?…。\n"
_BOUNDARY: Final = re.compile(
    r"""[.!?…。\n](?:
        (?<=\n)(?:\s*\n\s*|(?=[\s•*\#-])\s*)
      | (?<!\n)(?<![.!?…。]{2})[.!?…。]*+["'”’»)\]]*+\s++(?=["'“‘«(\[\#—–-]*+\s?[^\W_])
    )""",
    re.VERBOSE,
)
"""A possible end of a sentence: a blank line, a bullet, closing punctuation before something that opens the next.

Nothing is tried twice (`++`, and a run of dots only from its first): of a hostile text each letter is looked at once.
"""

_TITLES_AND_MEASURES: Final = """
mr mrs ms dr prof gen lt col sgt maj capt cmdr adm brig rev hon sen rep gov pres amb st jr sr vs etc inc ltd co corp no
jan feb mar apr jun jul aug sep sept oct nov dec fig al approx
sn doc av alb org yrd bkz vb vd
г гг им ул т д тыс млн млрд руб св см стр проф акад ген др
"""
_ABBREVIATIONS: Final = frozenset(_TITLES_AND_MEASURES.split())
"""Words whose full stop does not end a sentence (English, Turkish, Russian)."""


_LONGEST_SENTENCE: Final = 300
"""Words; what has more is no sentence but a list, a table or an attack, and is read in pieces."""
_MOST_NAMES: Final = 1000
"""Names of one kind that are coded in a field: news has some dozens. More of them are a list or an attack, and would fill the record, too."""
_LONGER_WORD: Final = 4
_MOSTLY: Final = 0.6


class Sentence:
    """A sentence of a field: code points `start:end`, words `first:last` (half open)."""

    __slots__ = ("end", "first", "last", "start")

    def __init__(self, start: int, end: int, first: int, last: int) -> None:
        self.start = start
        self.end = end
        self.first = first
        self.last = last


class Part:
    """One field of an article.

    Attributes:
        field: title or body.
        text: as the record carries it.
        folded: `text` folded; same length, same offsets.
        words: folded words.
        starts: where each word starts, in code points.
        ends: one past where each word ends.
        small: for each word whether it starts with a small letter.
        is_cut: it holds more names than are coded.
    """

    __slots__ = (
        "_capitals", "_firsts", "_headline", "_sentences", "_wanted", "ends", "field", "folded", "is_cut", "small", "starts", "text", "words",
    )  # fmt: skip

    def __init__(self, field: Field, text: str, language: str = "und") -> None:
        self.field = field
        self.text = text
        self.folded, found, small = fold_and_cut(text)
        cuts = cut(language, self.folded)
        self.words, self.starts, self.ends = recut(self.folded, found, cuts) if cuts else found
        self.small = [text[start].islower() for start in self.starts] if cuts else small
        self.is_cut = False
        self._wanted: Wanted = []
        self._capitals: list[int] | None = None
        self._headline: bool | None = None
        self._sentences: list[Sentence] | None = None
        self._firsts: list[int] | None = None

    def wanted(self, lookout: Lookout) -> list[int]:
        """Indexes of the words that the lookout wants, in text order. The list is not to be changed."""
        number = lookout.number
        if number >= len(self._wanted):  # the first to ask, or of a lexicon that was loaded since
            self._wanted = look(self.words)
        return self._wanted[number]

    def first_names(self, names: list[T]) -> list[T]:
        """As many of these as are coded; whether there are more is noted."""
        if len(names) <= _MOST_NAMES:
            return names
        self.is_cut = True
        return names[:_MOST_NAMES]

    @property
    def capitals(self) -> list[int]:
        """Indexes of the words that do not start with a small letter: names, and every word of a script without case."""
        if self._capitals is None:
            self._capitals = [at for at, small in enumerate(self.small) if not small]
        return self._capitals

    @property
    def is_headline(self) -> bool:
        """True for a title most of whose longer words start with a capital, so that a capital is no sign of a name."""
        if self._headline is None:
            self._headline = self._is_headline()
        return self._headline

    def _is_headline(self) -> bool:
        if self.field is not Field.TITLE:
            return False
        longer = [
            start for start, end in zip(self.starts[:60], self.ends[:60], strict=True) if end - start >= _LONGER_WORD
        ]
        text = self.text
        return sum(text[start].isupper() for start in longer) > _MOSTLY * len(longer) if longer else False

    @property
    def sentences(self) -> list[Sentence]:
        """Sentences in order; they cover every word."""
        if self._sentences is None:
            self._sentences = self._split()
        return self._sentences

    def _split(self) -> list[Sentence]:
        text, words, starts, ends = self.text, self.words, self.starts, self.ends
        found: list[Sentence] = []
        start = first = end = last = 0
        for stop in _places_of(_ENDS, text):
            behind = _boundary_end(text, stop) if stop >= end else 0
            if not behind:
                continue
            end = behind
            last = count_up_to(starts, stop)
            is_full_stop = text[stop] == "." and last > 0 and ends[last - 1] == stop
            if is_full_stop and not _ends_sentence(words[last - 1], text[end]) and "\n" not in text[stop:end]:
                continue
            if last > first:
                found.append(Sentence(start, end, first, last))
            start, first = end, last
        if len(words) > first and start < len(text):
            found.append(Sentence(start, len(text), first, len(words)))
        if any(one.last - one.first > _LONGEST_SENTENCE for one in found):
            return [piece for sentence in found for piece in self._pieces(sentence)]
        return found

    def _pieces(self, whole: Sentence) -> Iterator[Sentence]:
        """A sentence, in pieces where it has more words than any: what reads it looks at each word from each other."""
        start = whole.start
        for first in range(whole.first, whole.last, _LONGEST_SENTENCE):
            last = min(first + _LONGEST_SENTENCE, whole.last)
            end = whole.end if last == whole.last else self.starts[last]
            yield Sentence(start, end, first, last)
            start = end

    def sentence_at(self, word: int) -> int:
        """Index in `sentences` of the sentence that holds the word of this index."""
        if self._firsts is None:
            self._firsts = [sentence.first for sentence in self.sentences]
        return count_up_to(self._firsts, word) - 1

    def word_at(self, offset: int) -> int:
        """Index of the word that holds the code point, or of the last one before it (-1 if there is none)."""
        return count_up_to(self.starts, offset) - 1

    def gap(self, word: int) -> str:
        """What stands between this word and the next (after the last word: the rest)."""
        end = self.starts[word + 1] if word + 1 < len(self.starts) else len(self.text)
        return self.text[self.ends[word] : end]

    def surface(self, word: int) -> str:
        """The word as it is written."""
        return self.text[self.starts[word] : self.ends[word]]

    def span(self, start: int, end: int, rule: str) -> Span:
        """The evidence at code points `start:end`, as records carry it."""
        return Span(self.field, start, end, self.text[start:end], rule)


def _boundary_end(text: str, stop: int) -> int:
    """Where the next sentence begins if this one may end with the character at `stop`, else 0; see _BOUNDARY."""
    if (
        stop + 2 < len(text)
        and text[stop + 1] == " "
        and text[stop + 2].isalnum()
        and text[stop] != "\n"
        and (stop == 0 or text[stop - 1].isalnum())
    ):
        return stop + 2  # nearly always; the expression would say the same
    gap = _BOUNDARY.match(text, stop)
    return 0 if gap is None else gap.end()


def _places_of(letters: str, text: str) -> list[int]:
    """Where any of these letters stands, in order. One is sought after the other, as a search for one is many times faster than one for any."""
    found: list[int] = []
    for letter in letters:
        at = text.find(letter)
        while at >= 0:
            found.append(at)
            at = text.find(letter, at + 1)
    found.sort()
    return found


def _ends_sentence(last: str, following: str) -> bool:
    """Whether a full stop behind this folded word, before this character, ends a sentence."""
    if last in _ABBREVIATIONS:
        return False
    if len(last) == 1 and last.isalpha():  # an initial, or the end of U.S.: only a sentence can follow with The, He
        return False
    if last.isdigit() and len(last) <= 2:  # noqa: PLR2004 - Turkish and German ordinals: "14. Mayıs"
        return not following.islower() and following not in "0123456789"
    return not following.islower()


class Document:
    """An article to be coded.

    Attributes:
        language: ISO 639-1, or und.
        source: the outlet, a domain or a name; tells which London is meant.
        title: the title's part (may hold no words).
        body: the body's part (may hold no words).
    """

    __slots__ = ("_vocabulary", "body", "language", "source", "title")

    def __init__(self, title: str, body: str, language: str = "und", source: str = "") -> None:
        self.language = language
        self.source = source
        self.title = Part(Field.TITLE, title, language)
        self.body = Part(Field.BODY, body, language)
        self._vocabulary: frozenset[str] | None = None

    @classmethod
    def of(cls, event: NewsEvent) -> Document:
        """The document of a news event."""
        return cls(event.title, event.body, event.language, event.source)

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every folded word that occurs, title and body."""
        if self._vocabulary is None:
            self._vocabulary = frozenset(self.title.words + self.body.words)
        return self._vocabulary

    @property
    def parts(self) -> tuple[Part, Part]:
        """Title, then body."""
        return self.title, self.body

    def part(self, field: Field) -> Part:
        """The part of a field."""
        return self.title if field is Field.TITLE else self.body
