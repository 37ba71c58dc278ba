"""Who is in an article: the register, roles and patterns, and their codes."""
