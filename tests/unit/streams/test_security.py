from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr

from bosphorus.settings import Settings
from schemas.errors import SettingsError
from streams.security import faust_credentials, security_options
from streams.settings import StreamsSettings


@pytest.fixture
def ca_file(tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    return path


def test_without_settings_there_is_no_security_and_nothing_to_pass_on() -> None:
    assert security_options(StreamsSettings()) == {}
    assert faust_credentials(StreamsSettings()) is None


def test_tls_checks_certificate_and_host_name(ca_file: Path) -> None:
    options = security_options(StreamsSettings(kafka_tls=True, kafka_ca_file=ca_file))
    assert options["security_protocol"] == "SSL"
    assert options["ssl_context"].check_hostname
    assert faust_credentials(StreamsSettings(kafka_tls=True, kafka_ca_file=ca_file)).protocol.value == "SSL"


def test_scram_works_with_and_without_tls(ca_file: Path) -> None:
    user = StreamsSettings(kafka_sasl="SCRAM-SHA-512", kafka_username="worker", kafka_password="secret")
    assert security_options(user)["security_protocol"] == "SASL_PLAINTEXT"
    over_tls = user.model_copy(update={"kafka_tls": True, "kafka_ca_file": ca_file})
    options = security_options(over_tls)
    assert (options["security_protocol"], options["sasl_plain_username"], options["sasl_plain_password"]) == (
        "SASL_SSL",
        "worker",
        "secret",
    )
    assert faust_credentials(over_tls).mechanism.value == "SCRAM-SHA-512"


def test_a_password_from_a_file_wins_and_is_stripped(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("from-file\n")
    settings = StreamsSettings(
        kafka_sasl="SCRAM-SHA-256",
        kafka_username="w",
        kafka_password="x",
        kafka_password_file=path,
    )
    assert security_options(settings)["sasl_plain_password"] == "from-file"


def test_a_secret_is_never_printed() -> None:
    secrets = [name for name, field in Settings.model_fields.items() if field.annotation is SecretStr]
    assert {"kafka_password", "schema_registry_password"} <= set(secrets)
    settings = Settings.model_validate(dict.fromkeys(secrets, "hunter2"))
    for shown in (repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json()):
        assert "hunter2" not in shown


def test_what_is_called_a_password_or_a_secret_is_one() -> None:
    for name, field in Settings.model_fields.items():
        if name.endswith(("password", "secret", "token")):
            assert field.annotation is SecretStr, name


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"kafka_sasl": "PLAIN", "kafka_username": "u", "kafka_password": "p"}, "in the clear"),
        ({"kafka_sasl": "SCRAM-SHA-512"}, "needs BOSPHORUS_KAFKA_USERNAME"),
        ({"kafka_sasl": "OAUTHBEARER", "kafka_username": "u", "kafka_password": "p"}, "BOSPHORUS_KAFKA_TOKEN_URL"),
        ({"kafka_ca_file": "/ca.pem"}, "without TLS"),
        ({"kafka_tls": True, "kafka_ca_file": "/no/ca.pem"}, "no such file"),
        ({"kafka_tls": True, "kafka_ca_file": __file__}, "not the PEM files"),
        ({"kafka_tls": True, "kafka_key_file": __file__}, "needs BOSPHORUS_KAFKA_CERT_FILE"),
        ({"kafka_sasl": "SCRAM-SHA-512", "kafka_username": "u", "kafka_password_file": "/no/pw"}, "can't be read"),
    ],
)
def test_settings_that_contradict_one_another_are_named(settings: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        security_options(StreamsSettings.model_validate(settings))
