"""The settings that the streams floor owns. Every field is also an environment variable `BOSPHORUS_<NAME>`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class StreamsSettings(BaseModel):
    """Where Kafka is and how events move."""

    model_config = ConfigDict(frozen=True)

    broker: str = Field(
        "",
        description="host:port[,host:port] of an existing Kafka; empty: the local one that `bosphorus broker` starts.",
    )
    embedded_broker: bool = Field(
        False,
        description="The broker is librdkafka's mock cluster, whose topics can be neither made nor looked at; `bosphorus demo` sets it where Java is missing.",
    )
    kafka_tls: bool = Field(False, description="Speak TLS to Kafka and check its certificate and host name.")
    kafka_ca_file: Path | None = Field(None, description="PEM file of the CA to trust; none: the system's.")
    kafka_cert_file: Path | None = Field(None, description="PEM file of our certificate, for mutual TLS.")
    kafka_key_file: Path | None = Field(None, description="PEM file of its private key; none: it is in the same file.")
    kafka_sasl: Literal["", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"] = Field(
        "", description="SASL mechanism; empty: none. PLAIN only over TLS."
    )
    kafka_username: str = Field("", description="SASL user name, or OAuth client id.")
    kafka_password: SecretStr = Field(SecretStr(""), description="SASL password, or OAuth client secret.")
    kafka_password_file: Path | None = Field(None, description="File that holds the password; wins over the variable.")
    kafka_token_url: str = Field("", description="OAuth token endpoint (client credentials), for OAUTHBEARER.")
    kafka_token_scope: str = Field("", description="OAuth scope to ask for; empty: none.")
    data_dir: Path = Field(Path(".bosphorus"), description="Directory for the local broker, worker state and caches.")
    topic_prefix: str = Field("", description="Put before every topic and group name, e.g. staging.")
    partitions: int = Field(
        4, ge=1, description="Partitions of the main topics; news.events and news.enriched always have the same."
    )
    replication: int = Field(
        1, ge=1, description="Replication factor of topics that are created here; 3 in production."
    )
    max_article_bytes: int = Field(
        4 * 1024 * 1024, ge=1024, description="Largest raw article in bytes; larger ones are rejected with a reason."
    )
    article_retention_days: float = Field(
        30.0, gt=0, description="Days that articles, their findings and dead letters are kept in Kafka."
    )
    topic_retention_days: str = Field(
        "",
        description="Days that single topics are kept instead, e.g. news.raw=2,news.dead-letters=90.",
    )
    alert_retention_days: float = Field(365.0, gt=0, description="Days that the messages of alerts are kept in Kafka.")
    dead_letter_attempts: int = Field(
        3, ge=1, description="How often a record is tried in all before `bosphorus dead-letters retry` leaves it alone."
    )
    schema_registry_url: str = Field(
        "", description="Confluent-compatible schema registry; empty: Avro single-object encoding."
    )
    schema_registry_username: str = Field("", description="User name for the schema registry; empty: none.")
    schema_registry_password: SecretStr = Field(SecretStr(""), description="Password for the schema registry.")
    schema_registry_password_file: Path | None = Field(
        None, description="File that holds that password; wins over the variable."
    )
    schema_registry_ca_file: Path | None = Field(
        None, description="PEM file of the CA to trust for the schema registry; none: the system's."
    )
    batch_max_records: int = Field(
        2000, ge=1, description="Most records in one batch of a stateless step; of costly work it takes fewer."
    )
    delivery_timeout_s: float = Field(
        30.0, gt=0, description="Seconds that a batch may take, delivery included, before it is fetched again."
    )
    drain_timeout_s: float = Field(
        10.0, gt=0, description="Seconds that a stopping worker has to finish what is in flight."
    )
    session_timeout_s: float = Field(
        10.0, gt=0, description="Seconds without a heartbeat after which Kafka gives our partitions to another worker."
    )
    dead_letter_rate_cap: float = Field(
        0.5,
        gt=0,
        le=1,
        description="Share of dead letters in the last 1,000 records past which a worker pauses and says so.",
    )
    metrics_port: int = Field(6066, ge=0, le=65535, description="Port of /metrics and /healthz; 0: any free one.")
    metrics_host: str = Field("127.0.0.1", description="Address that /metrics and /healthz listen on.")
    log_level: str = Field("info", description="debug, info, warning or error.")
    log_format: str = Field("auto", description="json, console, or auto: console on a terminal, JSON on a pipe.")

    @field_validator("topic_retention_days")
    @classmethod
    def _are_days(cls, text: str) -> str:
        days_by_topic(text)
        return text


def days_by_topic(text: str) -> dict[str, float]:
    """Read `news.raw=2,news.dead-letters=90`; names are without the prefix, the catalogue knows which there are.

    Raises:
        ValueError: says what it should be.
    """
    found = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _, days = pair.partition("=")
        try:
            found[name.strip()] = float(days)
        except ValueError:
            found[name.strip()] = 0.0
        if not 0 < found[name.strip()] < float("inf"):
            raise ValueError(f"{pair!r} should be TOPIC=DAYS, e.g. news.raw=2")
    return found
