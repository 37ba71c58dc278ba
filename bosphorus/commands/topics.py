"""`bosphorus topics`: the catalogue, made real and held against the broker."""

from __future__ import annotations

import sys

import click


@click.group("topics")
def command() -> None:
    """Create the topics, or name every difference from the catalogue.

    \b
    Example:
      bosphorus topics create && bosphorus topics check
    """  # noqa: D301 - click's mark for a paragraph that is not to be wrapped


@command.command()
def create() -> None:
    """Create what is missing; what exists is left as it is."""
    from bosphorus.broker.address import resolve_broker
    from bosphorus.settings import load_settings
    from streams.connection import client_options
    from streams.kafka_admin import admin, create_topics, differences
    from streams.topics import catalogue

    settings = load_settings()
    broker, topics = resolve_broker(settings), catalogue(settings)
    with admin(client_options(settings, broker)) as client:
        created = create_topics(client, topics)
        left = differences(client, topics)
    for name in created:
        click.echo(f"created {name}", err=True)
    if not created:
        click.echo(f"all {len(list(topics))} topics exist on {broker}", err=True)
    for difference in left:
        click.echo(f"left as it is: {difference}", err=True)


@command.command()
def check() -> None:
    """Name every difference between the broker and the catalogue; exit status 4 where there is one."""
    from bosphorus.broker.address import resolve_broker
    from bosphorus.settings import load_settings
    from schemas.errors import TopicMismatchError
    from schemas.jsonl import to_json
    from streams.connection import client_options
    from streams.kafka_admin import admin, differences
    from streams.topics import catalogue

    settings = load_settings()
    broker, topics = resolve_broker(settings), catalogue(settings)
    with admin(client_options(settings, broker)) as client:
        found = differences(client, topics)
    for difference in found:
        click.echo(str(difference), err=True)
        if not sys.stdout.isatty():
            click.echo(to_json(difference).decode())
    if found:
        missing = any(d.what == "topic" for d in found)
        remedy = "`bosphorus topics create` makes what is missing" if missing else "alter the topics, or the settings"
        raise TopicMismatchError(f"{len(found)} differences between {broker} and the catalogue: {remedy}")
    click.echo(f"all {len(list(topics))} topics on {broker} are as the catalogue says", err=True)


@command.command("list")
def list_() -> None:
    """Show the catalogue under the present settings; needs no Kafka."""
    from bosphorus.settings import load_settings
    from schemas.jsonl import to_json
    from streams.topics import catalogue

    topics = catalogue(load_settings())
    if not sys.stdout.isatty():
        for topic in topics:
            line = {"name": topic.name, "title": topic.title, "key": topic.key, "schema": topic.schema}
            line |= {"partitions": topic.partitions, "replication": topic.replication, "config": topic.config}  # type: ignore[dict-item]
            click.echo(to_json(line).decode())
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("topic", "holds", "key", "schema", "partitions", "largest", "kept")
    for topic in topics:
        kept = f"{topic.retention.days} days" if topic.retention else "the last a key"
        largest = f"{topic.max_message_bytes / 2**20:.1f} MiB"
        table.add_row(topic.name, topic.title, topic.key, topic.schema, str(topic.partitions), largest, kept)
    Console().print(table)
