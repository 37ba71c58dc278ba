"""Sports, weather, accidents and fiction are no fighting."""

from __future__ import annotations

import pytest

from tests.unit.agents.enrich.coded import code


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("A storm from Russia hit Turkey's coast with snow.", "en"),
        ("An earthquake in Turkey killed thousands.", "en"),
        ("Spain attacked Serbia's weak side in the semifinal.", "en"),
        ("Two Russians were killed in a crash near Alanya.", "en"),
        ("Rusya'dan gelen soğuk hava Türkiye'yi vurdu.", "tr"),
        ("VAR müdahalesi Spartak Moskova maçında tartışma yarattı.", "tr"),
        ("Судья вмешался в матч сборных России и Сербии.", "ru"),
    ],
)
def test_what_only_sounds_like_fighting_is_no_act(text: str, language: str) -> None:
    assert not {"ASSAULT", "COERCE"}.intersection(root for _, root, _ in code("", text, language).acts())


def test_soldiers_fight_in_the_snow_too() -> None:
    assert ("RUSMIL", "ASSAULT", "UKRMIL") in code("", "Russian troops attacked Ukrainian soldiers in the snow.").acts()
