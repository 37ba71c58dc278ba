"""Which countries an article names, and which it is about."""
