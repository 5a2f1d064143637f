"""Where the running parts are: one frozen set of settings, from the environment and the local stack's file."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_core import from_json
from pydantic_settings import BaseSettings, DotEnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "MASHBUS_"
DEFAULT_HOME = Path(".mashbus")
STACK_FILE = "stack.env"


def default_home() -> Path:
    """MASHBUS_HOME, else `.mashbus` in the working folder."""
    return Path(os.environ.get(f"{PREFIX}HOME") or DEFAULT_HOME)


def default_cache() -> Path:
    """MASHBUS_CACHE, else the user's cache folder: what can be fetched again and is shared by all checkouts."""
    if chosen := os.environ.get(f"{PREFIX}CACHE"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mashbus"


def checkout_folder(name: str) -> Path:
    """A data folder of the checkout: beside the package, or in the working folder when the package is installed."""
    beside = Path(__file__).resolve().parents[2] / name
    return beside if beside.is_dir() else Path.cwd() / name


def _mail_dir(data: dict[str, Any]) -> Path:
    return Path(data["home"]) / "mail"


def _api_keys(data: dict[str, Any]) -> Path:
    return Path(data["home"]) / "api-keys.json"


_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NOTIFY_KEY = re.compile(f".+-{_UUID}-{_UUID}")


class NotifyAccount(BaseModel):
    """A partnership's service at GOV.UK Notify."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    api_key: SecretStr
    """As Notify shows it once: a name, the service's id and the secret, with dashes between."""
    template: UUID
    """An email template whose subject is `((subject))` and whose text is `((body))`."""
    reply_to: UUID | None = None

    @field_validator("api_key")
    @classmethod
    def _whole(cls, key: SecretStr) -> SecretStr:
        if not _NOTIFY_KEY.fullmatch(key.get_secret_value()):
            raise ValueError("is no API key of GOV.UK Notify: copy the whole of it, its name included")
        return key


class Settings(BaseSettings):
    """Arguments first, then MASHBUS_… in the environment, then `<home>/stack.env`, then the defaults.

    The default addresses are those of `deploy/compose.yaml`; the native stack chooses free ports and says
    so in `stack.env`. Reading happens when an instance is made, never at import.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        frozen=True,
        extra="ignore",
        env_ignore_empty=True,
        hide_input_in_errors=True,
        env_nested_delimiter="__",
    )

    home: Path = Field(default_factory=default_home)
    """The git-ignored folder for everything written at run time."""
    cache: Path = Field(default_factory=default_cache)
    instance: str = Field(default="1", pattern=r"^[a-z0-9-]{1,32}$")
    """Tells instances of one service on one machine apart: each has casebooks of its own."""
    from_start: bool = False
    """An operator's word after a loss: where offsets and casebooks are gone, read the log from its beginning."""
    kafka: str = "127.0.0.1:9092"
    """`host:port`, or several with commas between."""
    registry: str = "http://127.0.0.1:8080/apis/ccompat/v7"
    """Base URL of a Confluent-compatible schema registry, without a slash at the end."""
    redis: str = "redis://127.0.0.1:6379/0"
    smtp: str = "127.0.0.1:1025"
    mail_dir: Path = Field(default_factory=_mail_dir)
    """Where the local stack's mail catcher writes one .eml file for each message; default `<home>/mail`."""
    mail_from: str = "front-door@mashbus.example"
    """The sender of outcome emails; its domain also ends the Message-ID."""
    notify: Mapping[str, NotifyAccount] = {}
    """Partnerships whose emails go by GOV.UK Notify; all others' go by SMTP. As JSON, or NOTIFY__<NAME>__API_KEY."""
    notify_url: str = "https://api.notifications.service.gov.uk"
    host: str = "127.0.0.1"
    """The address that the HTTP services listen on."""
    directory_key: SecretStr | None = Field(default=None, min_length=32)
    """The secret under which children are found in the directory: the same for every service, and for good."""
    api_keys: Path = Field(default_factory=_api_keys)
    """File of hashed API keys; default `<home>/api-keys.json`."""
    partnerships: Path = Field(default_factory=lambda: checkout_folder("partnerships"))
    schemas: Path = Field(default_factory=lambda: checkout_folder("schemas"))

    @field_validator("notify", mode="before")
    @classmethod
    def _told_as_text(cls, told: Any) -> Any:
        """As a program is told that takes a stack's announcement for arguments."""
        return from_json(told) if isinstance(told, str) else told

    @property
    def kafka_hosts(self) -> list[str]:
        """The brokers as a list: FastStream takes a string with commas for one host."""
        return [host.strip() for host in self.kafka.split(",") if host.strip()]

    @property
    def smtp_address(self) -> tuple[str, int]:
        host, _, port = self.smtp.rpartition(":")
        return host, int(port)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  the stack's file takes its place
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        home = Path(init_settings().get("home") or default_home())
        stack_file = DotEnvSettingsSource(settings_cls, env_file=home / STACK_FILE)
        return init_settings, env_settings, stack_file, file_secret_settings
