"""The page, its style and its script, as package data."""
