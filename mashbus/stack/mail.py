"""The mail catcher as a part of the stack; the process itself is `mashbus.stack.catcher`."""

import socket
from functools import partial

from mashbus.stack.part import Part
from mashbus.stack.ports import HOST
from mashbus.stack.process import module, module_path
from mashbus.stack.state import Folders

NAME = "mail"
PORT_SETTING = "MASHBUS_STACK_SMTP_PORT"


def address(port: int) -> str:
    return f"{HOST}:{port}"


def part(port: int, folders: Folders) -> Part:
    options = ("--host", HOST, "--port", str(port), "--folder", str(folders.mail))
    return Part(
        name=NAME,
        title="Mail catcher",
        command=tuple(module("mashbus.stack.catcher", *options)),
        ports=(port,),
        port_setting=PORT_SETTING,
        answers=partial(_answers, port),
        extra=module_path(),
    )


def _answers(port: int) -> bool:
    with socket.create_connection((HOST, port), timeout=2) as opened:
        return opened.recv(64).startswith(b"220")
