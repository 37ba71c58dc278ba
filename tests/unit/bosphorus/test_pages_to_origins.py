"""Who really speaks on a page of the web: the wire that a dateline, a last line or a marked credit names."""

from __future__ import annotations

import pytest

from agents.enrich.origins import find_origins
from agents.enrich.reading.text import Document
from agents.normalise.step import normalise
from bosphorus.settings import load_settings
from streams.sources.pages import article_of
from tests.unit.streams.sources.test_pages import TEXT, page

TURKISH = (
    "Kremlin Sözcüsü Dmitriy Peskov, muhalefetin adayının suçlamalarını reddettiklerini gazetecilere söyledi.",
    "Peskov, iki ülke arasındaki ilişkilere büyük değer verdiklerini ve seçimlere karışmadıklarını ifade etti.",
    "Açıklama, adayın bir gün önce sosyal medyada yayımladığı iletinin ardından, seçimden iki gün önce geldi.",
)
RUSSIAN = (
    "В Кремле отвергли обвинения кандидата от оппозиции в причастности России к распространению поддельных записей.",
    "Пресс-секретарь президента сообщил журналистам, что Москва дорожит отношениями с Анкарой и не вмешивается в выборы.",
    "Накануне кандидат написал в социальной сети, что за опубликованными материалами стоят друзья из России.",
)


@pytest.mark.parametrize(
    ("body", "text", "wire"),
    [
        ("", ("MOSCOW, May 12 (Reuters) - " + TEXT[1], *TEXT[2:]), "reuters"),
        ("", ("MOSKOVA (AA) - " + TURKISH[0], *TURKISH[1:]), "anadolu"),
        ("", ("МОСКВА, 12 мая. /ТАСС/. " + RUSSIAN[0], *RUSSIAN[1:]), "tass"),
        ("", (*TEXT[1:], "Source: AFP"), "afp"),
        ('<span class="haber-kaynak">Kaynak: DHA</span>', TURKISH, "dha"),
        ('<p class="byline">By <a rel="author" href="/reuters">Reuters</a></p>', TEXT[1:], "reuters"),
        ('<figure><img src="x"><figcaption>Moscow <span class="credit">REUTERS</span></figcaption></figure>', TEXT[1:], None),
    ],
)  # fmt: skip
def test_the_wire_behind_a_page_is_found(body: str, text: tuple[str, ...], wire: str | None) -> None:
    settings = load_settings()
    raw = article_of(page(body=body, text=text), "https://daily.example/1")
    assert isinstance(raw, bytes), raw
    event = normalise(raw, received_at=None, settings=settings, max_bytes=settings.max_article_bytes)
    first = find_origins(event, Document(event.title, event.body, event.language, event.source))[0]
    assert (first.key if first.kind == "wire" else None) == wire
