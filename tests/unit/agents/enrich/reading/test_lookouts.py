"""One pass over the words for every lexicon."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.enrich.reading.lookouts import Lookout
from agents.enrich.reading.text import Part
from schemas.records import Field

_WORDS = st.lists(st.sampled_from(["rusya", "ankara", "the", "minister", "said", "москва"]), max_size=120)


@given(_WORDS, st.sets(st.sampled_from(["rusya", "ankara", "minister"])))
def test_a_lookout_is_shown_every_word_it_wants_in_text_order(words: list[str], wanted: set[str]) -> None:
    part = Part(Field.BODY, " ".join(words))
    assert part.wanted(Lookout(wanted.__contains__)) == [at for at, word in enumerate(words) if word in wanted]


def test_a_lookout_made_after_the_article_was_read_sees_it_too() -> None:
    part = Part(Field.BODY, "Ankara and Moscow " * 30)
    part.wanted(Lookout({"ankara"}.__contains__))
    late = Lookout({"moscow"}.__contains__)
    assert part.wanted(late)[:2] == [2, 5]


def test_a_lookout_that_a_word_makes_in_the_middle_of_an_article_sees_all_of_it() -> None:
    made: list[Lookout] = []

    def loads(word: str) -> bool:
        if word == "loads" and not made:
            made.append(Lookout({"moscow"}.__contains__))
        return word == "ankara"

    part = Part(Field.BODY, "Moscow and Ankara loads Moscow")
    assert part.wanted(Lookout(loads)) == [2]
    assert part.wanted(made[0]) == [0, 4]
