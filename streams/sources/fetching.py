"""Fetching over HTTP as a good and careful guest: named, bounded, patient, and never led into a private network."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
import urllib.robotparser
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from schemas.errors import BosphorusError
from streams.sources.addresses import joined
from streams.sources.validators import Validators

USER_AGENT = "bosphorus/0.1 (news monitoring; honours robots.txt)"
ROBOTS_NAME = "bosphorus"
MAX_BODY_BYTES = 32 * 1024 * 1024
"""Of the body as it is read, after decompression."""
MAX_LIST_BYTES = 256 * 1024 * 1024
"""Of a list of all files of an archive: GDELT's had some 120 MB after ten years."""
LIST_S = 600.0
"""Seconds that such a list may take."""
MAX_ROBOTS_BYTES = 512 * 1024
"""RFC 9309, section 2.5: at least 500 KiB of a robots.txt must be read."""
TOTAL_S = 60.0
CONNECT_S = 10.0
MAX_REDIRECTS = 5
HOST_GAP_S = 1.0
"""Between the ends and starts of two requests to one host."""
ROBOTS_AGE_S = 24 * 3600.0
MOVED = frozenset({301, 302, 303, 307, 308})
NOT_MODIFIED = 304
SERVER_ERROR = 500
CLIENT_ERROR = 400
MAX_RETRY_AFTER_S = 24 * 3600.0


class FetchError(BosphorusError):
    """A page could not be fetched: `reason` from a bounded vocabulary, `retry_after_s` where the server asked for it."""

    def __init__(self, reason: str, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. `body` is None where nothing has changed."""

    url: str
    """After redirects."""
    moved_to: str | None
    """Where it has moved for good (301, 308 all the way)."""
    body: bytes | None
    content_type: str
    validators: Validators


class Fetcher:
    """Fetches. Keep one, for its connections, its robots.txt and its manners; use as an async context manager.

    Args:
        user_agent: who we say we are.
        allow_private: also fetch from addresses that aren't on the public internet.
        gap_s: see HOST_GAP_S.
        total_s: seconds a request may take in all, body included.
    """

    def __init__(
        self,
        user_agent: str = USER_AGENT,
        *,
        allow_private: bool = False,
        gap_s: float = HOST_GAP_S,
        total_s: float = TOTAL_S,
    ) -> None:
        self._agent, self._private, self._gap_s, self._total_s = user_agent, allow_private, gap_s, total_s
        self._robots: dict[str, tuple[float, urllib.robotparser.RobotFileParser]] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._last: dict[str, float] = {}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=_PublicResolver(allow_private=self._private), limit=50),
            headers={"User-Agent": self._agent, "Accept-Encoding": "gzip, deflate"},
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def fetch(self, url: str, validators: Validators | None = None, *, is_long_list: bool = False) -> Fetched:
        """Fetch what robots.txt allows; `is_long_list` allows a body of MAX_LIST_BYTES, and LIST_S for it.

        Raises:
            FetchError: `bad_address`, `private_address`, `robots`, `http_<status>`, `too_large`, `too_many_redirects`, `timeout` or
                `unreachable`.
        """
        known = validators or Validators()
        asked = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        headers = {name: value for name, value in asked.items() if value}
        here, permanent = url, True
        for _ in range(MAX_REDIRECTS + 1):
            _host_of(here, allow_private=self._private)  # judged before robots.txt is asked for there
            await self._check_robots(here)
            limit, total_s = (MAX_LIST_BYTES, LIST_S) if is_long_list else (MAX_BODY_BYTES, self._total_s)
            status, answer, body = await self._get(here, headers, limit, total_s)
            if status in MOVED and "Location" in answer:
                permanent = permanent and status in {301, 308}
                here = joined(here, answer["Location"])
                continue
            if status == NOT_MODIFIED:
                return Fetched(here, None, None, "", known)
            if status >= CLIENT_ERROR:
                raise FetchError(f"http_{status}", f"{here} answers {status}", retry_after_s(answer.get("Retry-After")))
            return Fetched(
                url=here,
                moved_to=here if permanent and here != url else None,
                body=body,
                content_type=answer.get("Content-Type", ""),
                validators=Validators(answer.get("ETag"), answer.get("Last-Modified")),
            )
        raise FetchError("too_many_redirects", f"{url} redirects more than {MAX_REDIRECTS} times")

    async def _get(
        self, url: str, headers: Mapping[str, str], limit: int, total_s: float
    ) -> tuple[int, Mapping[str, str], bytes]:
        assert self._session is not None
        host = _host_of(url, allow_private=self._private)
        async with self._turns[host]:
            await asyncio.sleep(self._last.get(host, 0.0) + self._gap_s - time.monotonic())
            try:
                async with self._session.get(
                    url,
                    headers=headers,
                    allow_redirects=False,
                    timeout=aiohttp.ClientTimeout(total_s, connect=CONNECT_S),
                ) as response:
                    body = bytearray()
                    async for chunk in response.content.iter_chunked(65_536):
                        body += chunk
                        if len(body) > limit:
                            raise FetchError("too_large", f"{url} sends more than {limit:,} bytes")
                    return response.status, response.headers, bytes(body)
            except TimeoutError as error:
                raise FetchError("timeout", f"{url} did not answer in full within {total_s:.0f} s") from error
            except aiohttp.InvalidURL as error:
                raise FetchError("bad_address", f"{url} is no address") from error
            except (aiohttp.ClientError, OSError, ValueError) as error:
                blocked = _private_cause(error)
                if blocked is not None:
                    raise blocked from error
                raise FetchError("unreachable", _why_unreachable(url, error)) from error
            finally:
                self._last[host] = time.monotonic()

    async def _check_robots(self, url: str) -> None:
        """Raise FetchError if robots.txt (RFC 9309) forbids the address to us."""
        parts = urlsplit(url)
        root = f"{parts.scheme}://{parts.netloc}"
        found = self._robots.get(root)
        if found is None or time.monotonic() - found[0] > ROBOTS_AGE_S:
            found = self._robots[root] = time.monotonic(), await self._read_robots(f"{root}/robots.txt")
        if not found[1].can_fetch(ROBOTS_NAME, url):
            raise FetchError("robots", f"{root}/robots.txt does not allow {url}")

    async def _read_robots(self, url: str) -> urllib.robotparser.RobotFileParser:
        rules = urllib.robotparser.RobotFileParser()
        for _ in range(MAX_REDIRECTS + 1):
            status, answer, body = await self._get(url, {}, MAX_ROBOTS_BYTES, self._total_s)
            if status in MOVED and "Location" in answer:
                url = joined(url, answer["Location"])
                continue
            if status >= SERVER_ERROR:
                # RFC 9309, section 2.3.1.4: a server in trouble forbids everything, for now; it isn't remembered.
                raise FetchError(f"http_{status}", f"{url} answers {status}", retry_after_s(answer.get("Retry-After")))
            rules.parse([] if status >= CLIENT_ERROR else body.decode("utf-8", "replace").splitlines())
            return rules
        raise FetchError("too_many_redirects", f"{url} redirects more than {MAX_REDIRECTS} times")


def retry_after_s(value: str | None, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> float | None:
    """Return the seconds of a Retry-After header (RFC 9110, section 10.2.3: seconds or a date), at most a day; None if it says nothing."""
    if not value:
        return None
    if value.strip().isdigit():
        return min(float(value), MAX_RETRY_AFTER_S)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now()).total_seconds(), 0.0), MAX_RETRY_AFTER_S)


def _why_unreachable(url: str, error: Exception) -> str:
    host = urlsplit(url).netloc.rpartition("@")[2]
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"{host} is not known to the name servers: is it spelt right, is there a network?"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"{host} shows a certificate that can't be trusted: {error.certificate_error}"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"{host} takes no connection: {(error.os_error.strerror or str(error.os_error)).lower()}"
    return f"{url} can't be read: {type(error).__name__}: {error}"


def _host_of(url: str, *, allow_private: bool) -> str:
    """Return the host and port of an address that may be fetched."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchError("bad_address", f"{url} is no address: {error}") from error
    host = parts.hostname
    if parts.scheme not in {"http", "https"} or not host or any(letter.isspace() for letter in url):
        raise FetchError("bad_address", f"{url} is no http or https address")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return f"{host}:{port}"  # a name: the resolver judges its addresses
    if not allow_private:
        _check_public(host, str(address))
    return f"{host}:{port}"


def _check_public(host: str, address: str) -> None:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    if not (mapped or found).is_global or found.is_multicast:
        raise _PrivateAddressError(
            f"{host if host == address else f'{host} ({address})'} is not on the public internet; --allow-private fetches it all the same"
        )


class _PrivateAddressError(FetchError, OSError):
    """An OSError too, so that the client's connector hands it through."""

    def __init__(self, message: str) -> None:
        super().__init__("private_address", message)
        self._message = message

    def __str__(self) -> str:
        return self._message


def _private_cause(error: BaseException | None) -> FetchError | None:
    """Find our own refusal under what the client made of it."""
    while error is not None:
        if isinstance(error, _PrivateAddressError):
            return FetchError(error.reason, str(error))
        error = error.__cause__ or error.__context__
    return None


class _PublicResolver(AbstractResolver):
    """Resolves names, and refuses those that lead anywhere private: checked on the very addresses that are then connected to."""

    def __init__(self, *, allow_private: bool) -> None:
        self._inner = ThreadedResolver()
        self._private = allow_private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a host."""
        found = await self._inner.resolve(host, port, family)
        if not self._private:
            for one in found:
                _check_public(host, one["host"])
        return found

    async def close(self) -> None:
        """Close the inner resolver."""
        await self._inner.close()
