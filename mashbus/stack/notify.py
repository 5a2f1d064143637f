"""The double of GOV.UK Notify as a part of the stack, wanted by name; the process is `mashbus.stack.notify_double`."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterable
from functools import partial

from mashbus.stack.part import Part
from mashbus.stack.ports import HOST
from mashbus.stack.process import module, module_path
from mashbus.stack.state import Folders

NAME = "notify"
PORT_SETTING = "MASHBUS_STACK_NOTIFY_PORT"


def address(port: int) -> str:
    return f"http://{HOST}:{port}"


def accounts(partnerships: Iterable[str]) -> str:
    """`MASHBUS_NOTIFY` for these partnerships: the key, which opens nothing else, and the template of the double."""
    from mashbus.stack.notify_double import KEY, TEMPLATE  # noqa: PLC0415 - a web framework, only where it is wanted

    return json.dumps({name: {"api_key": KEY, "template": str(TEMPLATE)} for name in partnerships})


def part(port: int, folders: Folders) -> Part:
    options = ("--host", HOST, "--port", str(port), "--folder", str(folders.mail))
    return Part(
        name=NAME,
        title="Double of GOV.UK Notify",
        command=tuple(module("mashbus.stack.notify_double", *options)),
        ports=(port,),
        port_setting=PORT_SETTING,
        answers=partial(_answers, port),
        extra=module_path(),
    )


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"{address(port)}/v2/notifications", timeout=2).close()  # noqa: S310 - our own address
    except urllib.error.HTTPError as refusal:
        return refusal.code == 403  # noqa: PLR2004 - it wants a token: it is there
    return False
