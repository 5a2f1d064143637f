"""How the local stack is told apart from the default: where it lives, its ports, and parts that a real one replaces."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from mashbus.bus.settings import PREFIX, default_cache, default_home


class StackSettings(BaseSettings):
    """From the environment alone: what the stack announces in its own file must not replace its parts."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True)

    home: Path = Field(default_factory=default_home)
    cache: Path = Field(default_factory=default_cache)

    kafka: str | None = None
    """Set: a real cluster is named and none is started; so with the next three."""
    registry: str | None = None
    redis: str | None = None
    smtp: str | None = None
    mail_dir: Path | None = None
    directory_key: SecretStr | None = None
    """Set: none is made for this stack."""

    stack_kafka_port: int | None = None
    """The first broker's; the others take the ports after it. None: a free one, as with the next three."""
    stack_registry_port: int | None = None
    stack_redis_port: int | None = None
    stack_smtp_port: int | None = None
    stack_notify_port: int | None = None

    stack_notify: str = ""
    """Partnerships, with commas between, whose emails go by a double of GOV.UK Notify. None: it is not started."""

    @property
    def by_notify(self) -> list[str]:
        return [name.strip() for name in self.stack_notify.split(",") if name.strip()]
