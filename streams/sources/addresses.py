"""Addresses as strangers write them: taken apart and put together without an error, whatever they are."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit


def host_of(address: str) -> str:
    """Return the host of an address, lower case; empty if it has none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:  # http://[
        return ""


def outlet_of(address: str) -> str:
    """Return the host without www."""
    return host_of(address).removeprefix("www.")


def joined(base: str, address: str) -> str:
    """Resolve an address against another; empty if it is none."""
    try:
        return urljoin(base, address)
    except ValueError:
        return ""
