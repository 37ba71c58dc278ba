"""`bosphorus schemas`: show the contracts, and check that they still read what was written before."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from streams.schema_registry import SchemaRegistry


@click.group()
def command() -> None:
    """Show the contracts and check their compatibility.

    \b
    Example:
      bosphorus schemas show alert | jq '.fields[].name'
    """  # noqa: D301 - click reads the \b


@command.command("list")
def list_() -> None:
    """List the contracts: name, kind and the topic or command that carries it; one JSON object a line on a pipe."""
    from schemas.avro_schema import snake_case
    from schemas.generate import DOORS
    from schemas.jsonl import to_json
    from schemas.records import CONTRACTS

    for kinds, form in ((CONTRACTS, "avro"), (DOORS, "json")):
        for kind in kinds:
            name, text = snake_case(kind.__name__), (kind.__doc__ or "").strip().splitlines()[0]
            if sys.stdout.isatty():
                click.echo(f"{name:<16} {form:<5} {text}")
            else:
                click.echo(to_json({"name": name, "form": form, "holds": text}).decode())


@command.command()
@click.argument("name")
@click.option("--json-schema", is_flag=True, help="The JSON Schema of the NDJSON line instead of the Avro schema.")
def show(name: str, *, json_schema: bool) -> None:
    """Print the schema called NAME, e.g. news_event."""
    from schemas import generate
    from schemas.avro_schema import avro_schema, snake_case
    from schemas.records import CONTRACTS

    avro = {snake_case(k.__name__): k for k in CONTRACTS}
    doors = {snake_case(k.__name__): k for k in generate.DOORS}
    if name not in {**avro, **doors}:
        raise click.BadParameter(f"{name!r} is not one of {', '.join(sorted({**avro, **doors}))}", param_hint="NAME")
    schema = (
        generate.json_schema(doors[name])
        if name in doors and (json_schema or name not in avro)
        else avro_schema(avro[name])
    )
    click.echo(json.dumps(schema, indent=2, ensure_ascii=False))


_MODES = click.Choice(
    ["NONE", "BACKWARD", "FORWARD", "FULL", "BACKWARD_TRANSITIVE", "FORWARD_TRANSITIVE", "FULL_TRANSITIVE"]
)
_URL = click.option("--url", help="Base address of the registry; default: BOSPHORUS_SCHEMA_REGISTRY_URL.")


@command.command()
@click.option("--mode", type=_MODES, default="FULL", show_default=True, help="What must hold with what was released.")
@click.option(
    "--registry", is_flag=True, help="Also ask the schema registry, under the mode that it has for each subject."
)
@_URL
def check(mode: str, *, registry: bool, url: str | None) -> None:
    """Check that the contracts read what was released, and the other way round; with a registry, what is registered there too.

    BACKWARD: today's readers read what was written before; FORWARD: readers of before read what is written today; FULL: both;
    TRANSITIVE: with every release, not the last one alone. Exit status 1 if something doesn't hold.

    \b
    Example:
      bosphorus schemas check --mode BACKWARD_TRANSITIVE
      bosphorus schemas check --url http://localhost:8081
    """  # noqa: D301 - click's mark for a paragraph that is not to be wrapped
    from schemas.compatibility import problems, releases

    found = problems(mode)
    for line in found:
        click.echo(line, err=True)
    kept = releases()
    if not found:
        against = ", ".join(kept if mode.endswith("TRANSITIVE") else kept[-1:])
        click.echo(f"{mode}: compatible with {against}" if kept else "nothing has been released yet", err=True)
    if (registry or url) and not _fits(url):
        sys.exit(1)
    if found:
        sys.exit(1)


@command.command()
@_URL
@click.option(
    "--mode", type=_MODES, default="FULL", show_default=True, help="Compatibility mode that each subject gets."
)
@click.option(
    "--dry-run", is_flag=True, help="Only ask whether they could be registered, under the modes that hold there now."
)
def register(url: str | None, mode: str, *, dry_run: bool) -> None:
    """Register every contract with a schema registry (Confluent API).

    Each subject first gets its mode, so that the registry judges this very step by it. Nothing is registered unless all can be.
    Credentials: BOSPHORUS_SCHEMA_REGISTRY_USERNAME and _PASSWORD_FILE.

    \b
    Example:
      bosphorus schemas register --url http://localhost:8081 --dry-run
      bosphorus schemas register --url http://localhost:8081 --mode FULL_TRANSITIVE
    """  # noqa: D301 - click's mark for a paragraph that is not to be wrapped
    from schemas.avro_schema import avro_schema
    from schemas.records import CONTRACTS
    from streams.schema_registry import subject

    if dry_run:
        if not _fits(url):
            sys.exit(1)
        return
    client = _client(url)
    before = {kind.__name__: client.compatibility(kind.__name__) for kind in CONTRACTS}
    for name in before:
        client.set_compatibility(name, mode)
    if not _fits(url, quiet=True):
        for name, was in before.items():
            client.set_compatibility(name, was)
        click.echo("nothing was registered, and the modes are as they were", err=True)
        sys.exit(1)
    for kind in CONTRACTS:
        number = client.id_of(kind.__name__, avro_schema(kind))
        click.echo(f"{subject(kind.__name__):<32} id {number}, {mode}", err=True)


def _client(url: str | None) -> SchemaRegistry:
    from bosphorus.settings import load_settings
    from schemas.errors import SettingsError
    from streams.schema_registry import registry_of

    client = registry_of(load_settings(schema_registry_url=url))
    if client is None:
        raise SettingsError("no schema registry: give --url, or set BOSPHORUS_SCHEMA_REGISTRY_URL")
    return client


def _fits(url: str | None, *, quiet: bool = False) -> bool:
    """Say whether a registry would take every contract; name those that it wouldn't, and (unless quiet) those that it would."""
    from schemas.avro_schema import avro_schema
    from schemas.records import CONTRACTS
    from streams.schema_registry import subject

    client, fits = _client(url), True
    for kind in CONTRACTS:
        verdict = client.check(kind.__name__, avro_schema(kind))
        fits &= verdict.compatible
        said = "compatible" if verdict.compatible else f"NOT compatible with what is registered: {verdict.reason}"
        if not (quiet and verdict.compatible):
            click.echo(f"{subject(kind.__name__):<32} {client.compatibility(kind.__name__):<9} {said}", err=True)
    return fits
