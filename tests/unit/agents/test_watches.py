"""Watches as configuration: what ships is right, and what is wrong is named by line, key, value and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.watches import Watches, load_watches, parse_watches
from schemas.errors import WatchConfigError
from schemas.records import ClaimStatus, Dyad, Interference

GOOD = """
watches:
  - id: one
    dyads:
      - {source: RUS, target: TUR, direction: both}
    themes: [deep_fake]
    languages: [en, tr]
"""


def said(source: str, target: str, score: float = 0.8, themes: tuple[str, ...] = ("deep_fake",)) -> Interference:
    return Interference(score, (source,), (target,), themes, ClaimStatus.ALLEGED, (), ())


def matching(watches: Watches, found: Interference, language: str = "en") -> tuple[str, ...]:
    dyads = (Dyad(found.perpetrators[0], found.targets[0], ClaimStatus.ALLEGED),)
    return watches.matching(dyads, found, (), (), language)


def test_the_shipped_watches_are_right_and_lead_with_russia_and_turkey() -> None:
    watches = load_watches(None)
    assert next(iter(watches)).id == "russia-turkey-interference"
    assert len(watches) >= 6


def test_a_watch_sees_its_pair_in_the_directions_it_names() -> None:
    watches = parse_watches(GOOD, "w.yaml")
    assert matching(watches, said("RUS", "TUR")) == ("one",)
    assert matching(watches, said("TUR", "RUS")) == ("one",)
    assert matching(watches, said("RUS", "DEU")) == ()
    forward = parse_watches(GOOD.replace(", direction: both", ""), "w.yaml")
    assert matching(forward, said("TUR", "RUS")) == ()


def test_what_is_counted_is_seen_even_under_the_score_of_context() -> None:
    watches = parse_watches(GOOD + "    thresholds: {interference: .2}\n", "w.yaml")
    assert matching(watches, said("RUS", "TUR", 0.2)) == ("one",)
    assert matching(watches, said("RUS", "TUR", 0.1)) == ()


def test_themes_languages_and_scores_narrow_a_watch() -> None:
    watches = parse_watches(GOOD, "w.yaml")
    assert matching(watches, said("RUS", "TUR", themes=("espionage",))) == ()
    assert matching(watches, said("RUS", "TUR"), language="ru") == ()
    assert matching(watches, said("RUS", "TUR", score=0.2)) == ()
    assert matching(watches, said("RUS", "TUR", score=0.3)) == ("one",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("watches: [", "line 1: not YAML"),
        ("- a", "start with a key `watches:`"),
        ("watches: []", "watches = []: at least one is needed"),
        (GOOD.replace("RUS", "RU"), 'line 5: watches.0.dyads.0.source = "RU"'),
        (GOOD.replace("target: TUR", "target: RUS"), "a dyad takes two states"),
        (GOOD.replace("TUR", "GER"), 'watches.0.dyads.0.target = "GER": no country has this code; Germany is DEU'),
        (GOOD.replace("TUR", "tur"), 'target = "tur": no country has this code; Türkiye is TUR'),
        (GOOD.replace("TUR", "Turkey"), 'target = "Turkey": no country has this code; Türkiye is TUR'),
        (GOOD.replace("TUR", "XXX"), 'target = "XXX": no country has this code; take its ISO 3166-1 alpha-3 code'),
        (
            GOOD.replace("deep_fake", "deepfake"),
            'line 6: watches.0.themes.0 = "deepfake": no article is ever given this theme; did',
        ),
        (GOOD.replace("deep_fake", "foo"), "ever given this theme; there are election_interference, deep_fake"),
        (
            GOOD.replace("[en, tr]", "[eng]"),
            'line 7: watches.0.languages.0 = "eng": no article has this language; take',
        ),
        (GOOD.replace("[en, tr]", "[xx]"), "take its ISO 639-1 code, as en for English"),
        (GOOD.replace("languages:", "langages:"), "line 7: watches.0.langages = "),
        (GOOD.replace("languages:", "langages:"), "no such key; did you mean languages?"),
        (GOOD.replace("direction:", "directon:"), "no such key; did you mean direction?"),
        (GOOD.replace("[deep_fake]", "deep_fake"), "a list is needed; put it in [ ]"),
        (GOOD.replace("id: one", "id: One"), "take small letters, digits, - and _"),
        (GOOD.replace("[en, tr]", "[en, no]"), "line 7: watches.0.languages.1 = false: a bare no, yes"),
        (GOOD + "    themes: [cyber]\n", "line 8: the key themes stands there a second time"),
        ("watches: " + "{a: " * 3_000 + "1" + "}" * 3_000, "more than 20 deep"),
        ("[" * 20_000, "more than 20 deep"),
        ("", "is empty; start with a key"),
        ("[]", "is a list; start with a key"),
        (GOOD + "    colour: red\n", 'line 8: watches.0.colour = "red": no such key'),
        (GOOD + "    thresholds: {min_stories: 0}\n", "watches.0.thresholds.min_stories = 0"),
        (GOOD + "    thresholds: {score: 1}\n", "close_score 1.5 is not under score 1"),
        (GOOD + GOOD.replace("\nwatches:\n", ""), "two watches have the id 'one'"),
        ("a: &x [1]\nwatches: *x", "aliases"),
        ("watches: !!python/object/apply:os.system [ls]", "not YAML"),
        (
            "watches:\n  - id: 2023-05-11\n    dyads: [{source: RUS, target: TUR}]\n    severity: yes",
            "line 4: watches.0.severity",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place_and_remedy(text: str, message: str) -> None:
    with pytest.raises(WatchConfigError) as error:
        parse_watches(text, "w.yaml")
    assert message in str(error.value)
    assert str(error.value).startswith("w.yaml")


def test_one_wrong_value_is_one_line() -> None:
    with pytest.raises(WatchConfigError) as error:
        parse_watches(GOOD.replace("RUS", "RU"), "w.yaml")
    assert "\n" not in str(error.value)


def test_the_hash_follows_the_meaning_and_not_the_layout() -> None:
    plain = parse_watches(GOOD, "a.yaml").hash
    assert parse_watches(GOOD + "\n# a comment\n", "b.yaml").hash == plain
    assert parse_watches(GOOD.replace("deep_fake", "espionage"), "c.yaml").hash != plain


def test_a_file_that_is_not_there_or_not_text_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(WatchConfigError, match="can't be read"):
        load_watches(tmp_path / "none.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WatchConfigError, match="can't be read"):
        load_watches(tmp_path / "binary.yaml")


def test_an_unknown_watch_is_answered_with_the_known_ones() -> None:
    with pytest.raises(WatchConfigError, match="there are one"):
        parse_watches(GOOD, "w.yaml")["two"]
