"""`python -m bosphorus` is `bosphorus`."""

from bosphorus.cli import main

main()
