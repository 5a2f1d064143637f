"""Apicurio Registry with its store in a file beside the broker's data, spoken to in Confluent's dialect."""

import http.client
import shutil
import tarfile
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from mashbus.stack.java import java
from mashbus.stack.part import Part
from mashbus.stack.ports import HOST
from mashbus.stack.state import Folders

NAME = "registry"
HEAP_MEBIBYTES = 256
PORT_SETTING = "MASHBUS_STACK_REGISTRY_PORT"
API = "/apis/ccompat/v7"
MAIN_JAR = "quarkus-run.jar"


def address(port: int) -> str:
    return f"http://{HOST}:{port}{API}"


def part(ports: Sequence[int], folders: Folders, program: Path) -> Part:
    """`ports`: of the API, and of the management interface that Apicurio insists on."""
    port, management = ports
    properties = {
        "quarkus.http.host": HOST,
        "quarkus.http.port": port,
        "quarkus.management.host": HOST,
        "quarkus.management.port": management,
        "quarkus.http.access-log.enabled": "false",
        "apicurio.storage.kind": "sql",
        "apicurio.storage.sql.kind": "h2",
        "apicurio.datasource.url": f"jdbc:h2:file:{folders.data(NAME) / 'store'}",
        "apicurio.datasource.jdbc.initial-size": 2,
        "apicurio.datasource.jdbc.min-size": 2,
        "apicurio.datasource.jdbc.max-size": 10,
        'quarkus.log.category."io.apicurio".level': "WARN",
    }
    flags = [f"-D{key}={value}" for key, value in properties.items()]
    return Part(
        name=NAME,
        title="Schema registry",
        command=java(HEAP_MEBIBYTES, *flags, "-jar", str(program)),
        ports=(port, management),
        port_setting=PORT_SETTING,
        answers=partial(_answers, port),
    )


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", f"{API}/subjects")
        return connection.getresponse().status == http.HTTPStatus.OK
    except http.client.HTTPException:
        return False
    finally:
        connection.close()


def unpacked(archive: Path) -> Path:
    """The program's main jar, unpacked beside its archive on first use; the folder appears whole or not at all."""
    folder = archive.parent / "unpacked"
    if not folder.is_dir():
        unfinished = Path(tempfile.mkdtemp(prefix="unpacking-", dir=archive.parent))
        try:
            with tarfile.open(archive) as packed:
                packed.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.2, Debian 12's, has none
                packed.extractall(unfinished)  # noqa: S202 - its sum was checked
            _take_place(unfinished, folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return folder / MAIN_JAR


def _take_place(unfinished: Path, folder: Path) -> None:
    try:
        unfinished.rename(folder)
    except OSError:
        if not folder.is_dir():  # else another checkout was faster, with the same bytes
            raise
