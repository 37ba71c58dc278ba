"""The front door: the command line, backtest, demo, the local broker."""

__version__ = "0.1.0"
