"""The question before something is gone for good."""

from __future__ import annotations

import sys

import click

from schemas.errors import BosphorusError


def confirm(question: str, otherwise: str) -> None:
    """Ask on the terminal, and go on if the answer is yes.

    Args:
        question: what is about to happen.
        otherwise: what is said where it doesn't, e.g. "nothing was erased".

    Raises:
        BosphorusError: the answer is no, or nobody is there to answer.
    """
    try:
        agreed = click.confirm(question, err=True)
    except click.Abort:
        if sys.stdin.isatty():  # Ctrl-C
            raise
        click.echo(err=True)
        raise BosphorusError(f"nobody answers here, {otherwise}; --yes goes on without asking") from None
    if not agreed:
        raise BosphorusError(otherwise)
