"""`bosphorus schemas`: show the contracts, and check that they still read what was written before."""

from __future__ import annotations

import json
import sys

import click


@click.group()
def command() -> None:
    """Show the contracts and check their compatibility.

    Example: bosphorus schemas show alert | jq '.fields[].name'
    """


@command.command("list")
def list_() -> None:
    """List the contracts: name, kind and the topic or command that carries it."""
    from schemas.avro_schema import snake_case
    from schemas.generate import DOORS
    from schemas.records import CONTRACTS

    for kinds, form in ((CONTRACTS, "avro"), (DOORS, "json")):
        for kind in kinds:
            text = (kind.__doc__ or "").strip().splitlines()[0]
            click.echo(f"{snake_case(kind.__name__):<16} {form:<5} {text}")


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


@command.command()
def check() -> None:
    """Check that the contracts read what the last release wrote, and the other way round. Exit status 1 if not."""
    from schemas.compatibility import problems, released

    found = problems()
    for line in found:
        click.echo(line, err=True)
    if found:
        sys.exit(1)
    release, names = released()
    click.echo(
        f"compatible both ways with {release}: {', '.join(sorted(names))}"
        if release
        else "nothing has been released yet",
        err=True,
    )


@command.command()
@click.option("--url", help="Base address of the registry; default: BOSPHORUS_SCHEMA_REGISTRY_URL.")
@click.option(
    "--mode",
    type=click.Choice(
        ["NONE", "BACKWARD", "FORWARD", "FULL", "BACKWARD_TRANSITIVE", "FORWARD_TRANSITIVE", "FULL_TRANSITIVE"]
    ),
    default="FULL",
    show_default=True,
    help="Compatibility mode that each subject gets.",
)
@click.option("--dry-run", is_flag=True, help="Only ask whether they could be registered.")
def register(url: str | None, mode: str, *, dry_run: bool) -> None:
    """Register every contract with a schema registry (Confluent API).

    Example: bosphorus schemas register --url http://localhost:8081
    """
    from bosphorus.settings import load_settings
    from schemas.avro_schema import avro_schema
    from schemas.errors import SettingsError
    from schemas.records import CONTRACTS
    from streams.schema_registry import SchemaRegistry, subject

    address = url or load_settings().schema_registry_url
    if not address:
        raise SettingsError("no schema registry: give --url, or set BOSPHORUS_SCHEMA_REGISTRY_URL")
    registry = SchemaRegistry(address)
    refused = 0
    for kind in CONTRACTS:
        name = kind.__name__
        if dry_run:
            fits = registry.is_compatible(name, avro_schema(kind))
            refused += not fits
            click.echo(
                f"{subject(name):<32} {'compatible' if fits else 'NOT compatible with what is registered'}", err=True
            )
            continue
        number = registry.id_of(name, avro_schema(kind))
        registry.set_compatibility(name, mode)
        click.echo(f"{subject(name):<32} id {number}, {mode}", err=True)
    if refused:
        sys.exit(1)
