"""One file a command, imported only when it is called: `bosphorus --help` must answer at once."""
