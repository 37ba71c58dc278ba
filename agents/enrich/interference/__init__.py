"""Themes of interference, and whether an article is a story of it."""
