"""Which parts a stack has, on which ports, and the addresses it announces."""

from mashbus.stack import directory_key, kafka, mail, notify, registry, valkey
from mashbus.stack.part import Part
from mashbus.stack.ports import free_ports
from mashbus.stack.programs import JavaPrograms
from mashbus.stack.settings import StackSettings
from mashbus.stack.state import Folders, State

CONTROLLER = "-controller"
MANAGEMENT = "-management"


def wanted(settings: StackSettings, brokers: int) -> list[str]:
    """The parts to run here: those that no setting replaces."""
    nodes = [kafka.part_name(node) for node in range(1, brokers + 1)] if not settings.kafka else []
    others = {registry.NAME: settings.registry, valkey.NAME: settings.redis, mail.NAME: settings.smtp}
    asked = [notify.NAME] if settings.by_notify else []
    return nodes + [name for name, replaced in others.items() if not replaced] + asked


def replaced(settings: StackSettings) -> dict[str, str]:
    named = {
        "kafka": settings.kafka,
        registry.NAME: settings.registry,
        valkey.NAME: settings.redis,
        mail.NAME: settings.smtp,
    }
    return {name: address for name, address in named.items() if address}


def configured_ports(settings: StackSettings, brokers: int) -> dict[str, int]:
    first = settings.stack_kafka_port
    chosen: dict[str, int | None] = {
        registry.NAME: settings.stack_registry_port,
        valkey.NAME: settings.stack_redis_port,
        mail.NAME: settings.stack_smtp_port,
        notify.NAME: settings.stack_notify_port,
    }
    for node in range(1, brokers + 1):
        chosen[kafka.part_name(node)] = first + node - 1 if first else None
    return {name: port for name, port in chosen.items() if port}


def choose_ports(settings: StackSettings, brokers: int) -> dict[str, int]:
    """A port for everything that listens, wanted or not: the configured one, else a free one."""
    nodes = [kafka.part_name(node) for node in range(1, brokers + 1)]
    names = [*nodes, *(node + CONTROLLER for node in nodes), registry.NAME, registry.NAME + MANAGEMENT]
    names += [valkey.NAME, mail.NAME, notify.NAME]
    return dict(zip(names, free_ports(len(names)), strict=True)) | configured_ports(settings, brokers)


def cluster(state: State) -> kafka.Cluster:
    nodes = [kafka.part_name(node) for node in range(1, state.brokers + 1)]
    return kafka.Cluster(
        cluster_id=state.cluster,
        ports=[state.ports[node] for node in nodes],
        controllers=[state.ports[node + CONTROLLER] for node in nodes],
    )


def parts(state: State, folders: Folders, programs: JavaPrograms) -> dict[str, Part]:
    """Every part that this stack could run, by name."""
    ports = state.ports
    made = [
        *kafka.parts(cluster(state), folders, programs.kafka),
        registry.part((ports[registry.NAME], ports[registry.NAME + MANAGEMENT]), folders, programs.registry),
        valkey.part(ports[valkey.NAME], folders),
        mail.part(ports[mail.NAME], folders),
        *([notify.part(ports[notify.NAME], folders)] if notify.NAME in ports else []),
    ]
    return {part.name: part for part in made}


def environment(state: State, settings: StackSettings, folders: Folders) -> dict[str, str]:
    """What `mashbus.bus.settings.Settings` reads."""
    ports = state.ports
    by_notify = (
        {
            "MASHBUS_NOTIFY_URL": notify.address(ports[notify.NAME]),
            "MASHBUS_NOTIFY": notify.accounts(settings.by_notify),
        }
        if settings.by_notify
        else {}
    )
    return {
        **by_notify,
        **directory_key.announced(settings, folders),
        "MASHBUS_KAFKA": settings.kafka or cluster(state).bootstrap,
        "MASHBUS_REGISTRY": settings.registry or registry.address(ports[registry.NAME]),
        "MASHBUS_REDIS": settings.redis or valkey.address(ports[valkey.NAME]),
        "MASHBUS_SMTP": settings.smtp or mail.address(ports[mail.NAME]),
        "MASHBUS_MAIL_DIR": str(settings.mail_dir if settings.smtp and settings.mail_dir else folders.mail),
    }
