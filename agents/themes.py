"""The themes of interference: what an article can be given, and a watch can ask for. Each has a lexicon in agents/enrich/lexicons/themes."""

from __future__ import annotations

from typing import Final

THEMES: Final = (
    "election_interference",
    "deep_fake",
    "disinformation",
    "cyber",
    "espionage",
    "covert_funding",
    "influence_network",
    "energy_leverage",
    "coercion",
    "sabotage",
    "diaspora_pressure",
)
