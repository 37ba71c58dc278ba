from __future__ import annotations

import pytest

from agents.enrich.acts.verbs import LANGUAGES, english, plover_of, read_rows, stems
from agents.enrich.acts.verbs_forms import Tag, noun_forms, verb_forms
from schemas.errors import KnowledgeError


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_has_codes_that_agree_a_date_and_a_source(language: str) -> None:
    rows = read_rows(language)

    assert len(rows) > 20
    assert all(row["date"] and row["source"] for row in rows)


def test_a_denial_is_our_extension_and_the_rest_are_plover_roots() -> None:
    assert [plover_of(code) for code in ("016", "112", "0831", "195")] == ["DENY", "ACCUSE", "YIELD", "ASSAULT"]


@pytest.mark.parametrize("code", ["010", "21", "abc", ""])
def test_a_code_outside_the_codebook_is_refused(code: str) -> None:
    with pytest.raises(KnowledgeError, match="no PLOVER root"):
        plover_of(code)


@pytest.mark.parametrize(
    ("lemma", "forms"),
    [
        ("accuse", {"accuse", "accuses", "accused", "accusing"}),
        ("deny", {"deny", "denies", "denied", "denying"}),
        ("stop", {"stop", "stops", "stopped", "stopping"}),
        ("withdraw", {"withdraw", "withdraws", "withdrew", "withdrawn", "withdrawing"}),
        ("free", {"free", "frees", "freed", "freeing"}),
    ],
)
def test_a_verb_is_known_in_all_its_forms(lemma: str, forms: set[str]) -> None:
    assert set(verb_forms(lemma)) == forms


def test_a_regular_past_is_also_a_participle_and_an_irregular_one_need_not_be() -> None:
    assert verb_forms("accuse")["accused"] == Tag.PAST | Tag.PARTICIPLE
    assert verb_forms("withdraw")["withdrew"] == Tag.PAST


def test_nouns_have_their_plural() -> None:
    assert noun_forms("ally") == ("ally", "allies")


def test_conditions_are_tried_before_what_needs_none() -> None:
    bound = [act.is_bound for act in english()["reject"].verb]

    assert bound == sorted(bound, reverse=True)


def test_stems_are_found_by_their_first_letters_longest_first() -> None:
    lengths = [len(row.stem) for row in stems("tr")["suc"]]

    assert lengths == sorted(lengths, reverse=True)
