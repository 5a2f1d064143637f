"""Apache Kafka in KRaft mode, one or three nodes that are broker and controller both."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import monotonic, sleep

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from mashbus.stack.errors import PartDiedError, PartSilentError
from mashbus.stack.java import java
from mashbus.stack.part import Part
from mashbus.stack.ports import HOST, accepts
from mashbus.stack.process import environment
from mashbus.stack.state import Folders

HEAP_MEBIBYTES = 256
PORT_SETTING = "MASHBUS_STACK_KAFKA_PORT"
TEN_YEARS_IN_MINUTES = 10 * 366 * 24 * 60
MAX_MESSAGE_BYTES = 1024 * 1024 + 64 * 1024
"""A record of 1 MiB and what Kafka and the headers put around it."""
FORMAT_TIMEOUT_S = 60
PATIENCE = timedelta(seconds=60)
LOOK_EVERY = timedelta(seconds=0.05)


@dataclass(frozen=True)
class Cluster:
    """The nodes 1, 2, …: the place of a port in its tuple is its node's number less one."""

    cluster_id: str
    ports: Sequence[int]
    controllers: Sequence[int]

    @property
    def bootstrap(self) -> str:
        return ",".join(f"{HOST}:{port}" for port in self.ports)


def part_name(node: int) -> str:
    return f"kafka-{node}"


def parts(cluster: Cluster, folders: Folders, jars: Sequence[Path]) -> list[Part]:
    classpath = os.pathsep.join(map(str, jars))
    return [_part(node, cluster, folders, classpath) for node in range(1, len(cluster.ports) + 1)]


def _part(node: int, cluster: Cluster, folders: Folders, classpath: str) -> Part:
    name = part_name(node)
    configuration = folders.data(name) / "server.properties"
    port = cluster.ports[node - 1]
    return Part(
        name=name,
        title=f"Kafka broker {node}",
        command=java(
            HEAP_MEBIBYTES,
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-Dorg.slf4j.simpleLogger.showDateTime=true",
            "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS",
            "-cp",
            classpath,
            "kafka.Kafka",
            str(configuration),
        ),
        ports=(port, cluster.controllers[node - 1]),
        port_setting=PORT_SETTING,
        answers=partial(knows_node, port, node),
        prepare=partial(_prepare, node, cluster, folders, classpath),
    )


def _prepare(node: int, cluster: Cluster, folders: Folders, classpath: str) -> None:
    """Write the configuration (ports may have changed) and format the data folder when it is new."""
    name = part_name(node)
    configuration = folders.data(name) / "server.properties"
    log_folder = folders.data(name) / "log"
    lines = [f"{key}={value}" for key, value in properties(node, cluster, log_folder).items()]
    configuration.write_text("\n".join(lines) + "\n")
    if not (log_folder / "meta.properties").exists():
        _format(name, cluster.cluster_id, configuration, folders, classpath)


def _format(name: str, cluster_id: str, configuration: Path, folders: Folders, classpath: str) -> None:
    # `=` before the id, as one may begin with a dash.
    tool = ("kafka.tools.StorageTool", "format", f"--cluster-id={cluster_id}", "--config", str(configuration))
    quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"
    with folders.log(name).open("ab") as output:
        done = subprocess.run(  # noqa: S603
            java(HEAP_MEBIBYTES, quiet, "-cp", classpath, *tool),
            env=environment(folders.stack, {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=FORMAT_TIMEOUT_S,
            start_new_session=True,
            check=False,
        )
    if done.returncode:
        raise PartDiedError(name, f"formatting its data folder failed with {done.returncode}", folders.log(name))


def properties(node: int, cluster: Cluster, log_folder: Path) -> dict[str, str | int]:
    nodes = len(cluster.ports)
    port, controller = cluster.ports[node - 1], cluster.controllers[node - 1]
    voters = ",".join(f"{number}@{HOST}:{port}" for number, port in enumerate(cluster.controllers, 1))
    most = max(1, nodes - 1)
    return {
        "process.roles": "broker,controller",
        "node.id": node,
        "controller.quorum.voters": voters,
        "listeners": f"PLAINTEXT://{HOST}:{port},CONTROLLER://{HOST}:{controller}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": str(log_folder),
        "auto.create.topics.enable": "false",
        "message.max.bytes": MAX_MESSAGE_BYTES,
        "replica.fetch.max.bytes": MAX_MESSAGE_BYTES,
        "default.replication.factor": nodes,
        "min.insync.replicas": most,
        "offsets.retention.minutes": TEN_YEARS_IN_MINUTES,
        "offsets.topic.num.partitions": 8,
        "offsets.topic.replication.factor": nodes,
        "transaction.state.log.num.partitions": 2,
        "transaction.state.log.replication.factor": nodes,
        "transaction.state.log.min.isr": most,
        "share.coordinator.state.topic.num.partitions": 2,
        "share.coordinator.state.topic.replication.factor": nodes,
        "share.coordinator.state.topic.min.isr": most,
        "group.initial.rebalance.delay.ms": 0,
        "group.min.session.timeout.ms": 1000,
        # The default's 128 MiB do not fit this heap.
        "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
        # A killed broker may register again only when its old session has ended: the default's 9 s are 9 s of waiting.
        "broker.session.timeout.ms": 4000,
        "broker.heartbeat.interval.ms": 1000,
    }


def knows_node(port: int, node: int) -> bool:
    return node in known_nodes(port)


def known_nodes(port: int) -> set[int]:
    """The brokers that the one at this port knows to be alive."""
    if not accepts(port):
        return set()
    client = AdminClient({"bootstrap.servers": f"{HOST}:{port}", "log_level": 0, "socket.timeout.ms": 2000})
    try:
        return set(client.list_topics(timeout=2).brokers)
    except KafkaException:
        return set()


def await_brokers(ports: Sequence[int]) -> None:
    """Until each of these brokers, which were started together, knows of as many: it answers a little before that."""
    deadline = monotonic() + PATIENCE.total_seconds()
    while any(len(known_nodes(port)) < len(ports) for port in ports):
        if monotonic() > deadline:
            raise PartSilentError("The Kafka cluster", PATIENCE, Path("kafka-1.log"))
        sleep(LOOK_EVERY.total_seconds())
