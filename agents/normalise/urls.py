"""One address an article: tracking, AMP, mobile hosts, default ports and fragments taken off (RFC 3986, section 6, and tracking.tsv)."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from importlib import resources
from urllib.parse import SplitResult, parse_qsl, quote, unquote_to_bytes, urlencode, urlsplit, urlunsplit

MAX_LENGTH = 2_048
"""A longer address is no address (sitemaps.org allows 2,048 characters); it is left out and flagged."""
_PLAIN_PATH = r"(/(?!.*//)[A-Za-z0-9_~/-]*(?:\.html?|\.php|\.aspx)?)?"
_PLAIN_FIELD = r"[A-Za-z0-9_.~-]*(?:=[A-Za-z0-9_.~-]*)?"
PLAIN = re.compile(rf"(https?)://((?:[a-z0-9-]{{1,63}}\.)+[a-z]{{2,24}}){_PLAIN_PATH}()")
PLAIN_WITH_QUERY = re.compile(
    r"(https?)://((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24})"
    rf"{_PLAIN_PATH}\?({_PLAIN_FIELD}(?:&{_PLAIN_FIELD})*)"
)
"""The usual address: nothing in it needs decoding."""
HOST = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}\.?|\[[0-9a-f:.]+\]|(?:\d{1,3}\.){3}\d{1,3}"
)
DEFAULT_PORTS = {"http": 80, "https": 443}
AMP_PATH = re.compile(r"(?:/amp(?=/|$)/?|\.amp)(?P<end>\.html?)?$")
AMP_PARAMETERS = {"amp": {"", "1", "true"}, "outputtype": {"amp", "amp-type", "valid-amp"}}
AMP_VIEWER = re.compile(r"/amp/(?:s/)?(?P<rest>[^/]+\.[^/]+/.*)")
"""Google's viewer: www.google.com/amp/s/example.org/story."""
AMP_CACHE = re.compile(r"/[a-z](?:/s)?/(?P<rest>[^/]+\.[^/]+/.*)")
"""The AMP Project's cache: example-org.cdn.ampproject.org/c/s/example.org/story."""
READER_LABELS = {"m", "mobile", "amp", "mobil", "wap", "touch"}
"""Labels of hosts that show the same article to another device."""
SURROGATE = re.compile("[\ud800-\udfff]")
SAFE = "!$'()*,:;=@~"


def canonical_url(raw: str, flags: set[str]) -> str | None:
    """Return the canonical form of an http(s) address, or None with a flag.

    Flags: `url_too_long`, `url_rejected` (another scheme, as javascript:, or no valid host).
    """
    raw = raw.strip()
    if not raw:
        return None
    if len(raw) > MAX_LENGTH:
        flags.add("url_too_long")
        return None
    plain = (PLAIN_WITH_QUERY if "?" in raw else PLAIN).fullmatch(raw)
    url = _canonical(raw) if plain is None else _plain(*plain.groups())
    if url is None or len(url) > MAX_LENGTH:
        flags.add("url_rejected" if url is None else "url_too_long")
        return None
    return url


def identity_of(url: str) -> str | None:
    """Return what makes a canonical address the address of one article: host without www, path and query, whatever the scheme.

    None for an outlet's front page: its address is not an article's.
    """
    host, slash, rest = url.partition("://")[2].partition("/")
    rest = rest.rstrip("/")
    if not slash or not rest:
        return None
    return f"{host.removeprefix('www.')}/{rest}"


def domain_of(url: str) -> str:
    """Return the host of a canonical address, without www and port."""
    host = url.partition("://")[2].partition("/")[0]
    return (host if host.startswith("[") else host.partition(":")[0]).removeprefix("www.")


@functools.lru_cache(maxsize=4096)
def reader_host(host: str) -> str:
    """Return the host without the labels that only say which device it is for: en.m.wikipedia.org, m.example.org, amp.example.org."""
    labels = host.split(".")
    # The last two labels are the name itself: m.tv is somebody.
    kept = [label for i, label in enumerate(labels) if i >= len(labels) - 2 or label not in READER_LABELS]
    return ".".join(kept)


def _plain(scheme: str, host: str, path: str | None, query: str) -> str:
    kept = _telling([field.partition("=")[::2] for field in query.split("&") if field]) if query else None
    address = f"{scheme}://{reader_host(host)}{_without_amp(path or '/')}"
    return f"{address}?{'&'.join([f'{name}={value}' for name, value in kept])}" if kept else address


def _canonical(raw: str) -> str | None:
    if SURROGATE.search(raw):
        return None
    if raw.startswith("//"):
        raw = "https:" + raw
    for _ in range(3):  # a viewer's address may hold a cache's address
        try:
            parts = urlsplit(raw)
            port = parts.port
            host = _host(parts)
        except ValueError:
            return None
        if parts.scheme not in DEFAULT_PORTS or host is None:
            return None
        inner = _behind_amp_viewer(host, parts.path)
        if inner is None:
            break
        raw = inner + (f"?{parts.query}" if parts.query else "")
    else:
        return None
    if port is not None and port != DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{port}"
    path = _without_amp(_without_dots(_requote(parts.path, "/&+" + SAFE)))
    return urlunsplit((parts.scheme, host, path, _query(parts.query), ""))


def _host(parts: SplitResult) -> str | None:
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    return reader_host(host) if HOST.fullmatch(host) else None


def _behind_amp_viewer(host: str, path: str) -> str | None:
    pattern = (
        AMP_VIEWER
        if host.removeprefix("www.").startswith("google.")
        else AMP_CACHE
        if host.endswith(".cdn.ampproject.org")
        else None
    )
    match = pattern.fullmatch(path) if pattern else None
    return f"https://{match['rest']}" if match else None


def _without_amp(path: str) -> str:
    if "amp" not in path:
        return path
    while (match := AMP_PATH.search(path)) is not None:
        path = path[: match.start()] + (match["end"] or "")
    return path or "/"


def _without_dots(path: str) -> str:
    """Resolve `.` and `..` (RFC 3986, section 5.2.4)."""
    if "/." not in path:
        return path or "/"
    kept: list[str] = []
    segments = path.split("/")
    for i, segment in enumerate(segments):
        last = i == len(segments) - 1
        if segment in {".", ".."}:
            if segment == ".." and len(kept) > 1:
                kept.pop()
            if last:
                kept.append("")
        else:
            kept.append(segment)
    joined = "/".join(kept)
    return joined if joined.startswith("/") else "/" + joined


def _requote(text: str, safe: str) -> str:
    # An encoded slash is data, not a separator: it stays encoded.
    return "%2F".join(quote(unquote_to_bytes(part), safe=safe) for part in re.split("%2[fF]", text))


def _query(query: str) -> str:
    if not query:
        return ""
    kept = _telling(parse_qsl(query, keep_blank_values=True, errors="surrogateescape", max_num_fields=None))
    return urlencode(kept, errors="surrogateescape", quote_via=quote, safe=SAFE.replace("=", ""))


def _telling(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The names and values that tell which article it is, in order."""
    exact, prefixes = _tracking()
    kept = []
    for name, value in fields:
        low = name.lower()
        if low in exact or low.startswith(prefixes) or value.lower() in AMP_PARAMETERS.get(low, ()):
            continue
        kept.append((name, value))
    kept.sort()
    return kept


@functools.cache
def _tracking() -> tuple[frozenset[str], tuple[str, ...]]:
    lines = resources.files("agents.normalise").joinpath("tracking.tsv").read_text(encoding="utf-8").splitlines()
    names = [line.split("\t")[0] for line in lines if line and not line.startswith("#")][1:]
    return (
        frozenset(n for n in names if not n.endswith("*")),
        tuple(n[:-1] for n in names if n.endswith("*")),
    )
