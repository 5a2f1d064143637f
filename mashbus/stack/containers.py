"""The stack of `deploy/compose.yaml`, brought up by testcontainers: for tests, where it is asked for.

It has the parts' names and the calls of the native stack; one broker only.
"""

import shutil
import subprocess
from pathlib import Path
from time import monotonic, sleep

from testcontainers.compose import DockerCompose

from mashbus.bus.settings import checkout_folder
from mashbus.stack import directory_key, kafka, layout, mail, registry, valkey
from mashbus.stack.errors import PartSilentError, StackError, UnknownPartError
from mashbus.stack.part import Part
from mashbus.stack.ports import HOST, free_ports
from mashbus.stack.programs import NO_PROGRAMS
from mashbus.stack.settings import StackSettings
from mashbus.stack.stack import Stack
from mashbus.stack.starting import LOOK_EVERY, PATIENCE, answers
from mashbus.stack.state import Folders, State

COMMAND_TIMEOUT_S = 120


class ContainerStack(Stack):
    """For the rest of the program, a stack whose every part is a real one named by the settings."""

    def __init__(self, home: Path) -> None:
        home = home.absolute()
        broker, schemas, views, mails = free_ports(4)
        super().__init__(
            home,
            settings=StackSettings(
                kafka=f"{HOST}:{broker}",
                registry=registry.address(schemas),
                redis=valkey.address(views),
                smtp=mail.address(mails),
                mail_dir=home / "mail",
            ),
        )
        self._containers = _answering_parts(broker, schemas, views, mails, Folders(home))
        self._variables = home / "compose.env"
        self._compose = DockerCompose(
            checkout_folder("deploy"), compose_file_name="compose.yaml", build=True, env_file=str(self._variables)
        )

    def up(self) -> None:
        refuse_without_engine()
        (self.home / "mail").mkdir(parents=True, exist_ok=True)
        chosen = {part.port_setting: part.ports[0] for part in self._containers.values()}
        lines = [f"{name}={value}" for name, value in {**chosen, "MASHBUS_MAIL_DIR": self.home / "mail"}.items()]
        self._variables.write_text("\n".join(lines) + "\n")
        directory_key.kept(self._folders)
        self._compose.start()
        for part in self._containers.values():
            self._await(part)
        super().up()

    def down(self) -> None:
        self._compose.stop()
        super().down()

    def start(self, part: str) -> None:
        self._control("start", part)
        for name in self._called(part):
            self._await(self._containers[name])

    def stop(self, part: str) -> None:
        self._control("stop", part)

    def kill(self, part: str) -> None:
        self._control("kill", part)

    def pause(self, part: str) -> None:
        self._control("pause", part)

    def resume(self, part: str) -> None:
        self._control("unpause", part)

    def _called(self, part: str) -> list[str]:
        names = [name for name in self._containers if name == part or name.startswith(f"{part}-")]
        if not names:
            raise UnknownPartError(part, list(self._containers))
        return names

    def _control(self, verb: str, part: str) -> None:
        command = [*self._compose.compose_command_property, verb, *self._called(part)]
        subprocess.run(command, cwd=self._compose.context, check=True, timeout=COMMAND_TIMEOUT_S)  # noqa: S603

    def _await(self, part: Part) -> None:
        deadline = monotonic() + PATIENCE.total_seconds()
        while not answers(part):
            if monotonic() > deadline:
                raise PartSilentError(part.title, PATIENCE, Path(f"`docker compose logs {part.name}`"))
            sleep(LOOK_EVERY.total_seconds())


def _answering_parts(broker: int, schemas: int, views: int, mails: int, folders: Folders) -> dict[str, Part]:
    """The native parts' readiness at the containers' ports."""
    node = kafka.part_name(1)
    ports = {node: broker, registry.NAME: schemas, valkey.NAME: views, mail.NAME: mails}
    unused = {node + layout.CONTROLLER: 0, registry.NAME + layout.MANAGEMENT: 0}
    return layout.parts(State(brokers=1, cluster="", ports=ports | unused), folders, NO_PROGRAMS)


def refuse_without_engine() -> None:
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "info"], capture_output=True, timeout=30, check=False).returncode:  # noqa: S603
        raise StackError("No Docker engine answers: start it, or leave MASHBUS_TEST_STACK out for the native stack.")
