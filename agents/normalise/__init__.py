"""Raw articles to canonical news events, or a dead letter that says why."""
