"""The demo: its sample (may-2023.ndjson, composed from articles/*.yaml) and what runs it."""
