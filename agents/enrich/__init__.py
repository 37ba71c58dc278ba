"""Who is said to do what to whom: countries, actors, interactions, themes, interference."""

from agents.enrich import compiled

compiled.choose()
