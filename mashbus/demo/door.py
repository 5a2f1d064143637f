"""Speaks to the hub over HTTP as outsiders do: same key on every retry, a receipt kept for every 202."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

ATTEMPTS = 8
FIRST_PAUSE = 0.25
"""Real seconds; doubled at each retry. An unknown or refused delivery is sent again under the same key (P1)."""
AGAIN = frozenset({502, 503, 504})
ACCEPTED = 202


class Door:
    """One client for everybody; `receipts` gets a JSON line for every 202."""

    def __init__(self, client: httpx.AsyncClient, receipts: Path) -> None:
        self._client = client
        self._receipts = receipts
        self.accepted: Counter[str] = Counter()
        """202s by the first part of the path."""
        self.refused: list[str] = []
        """What was not taken: key, status and the problem's own words."""
        self.not_recorded = 0
        """What procedure says must not be recorded (C-06): its sender is told why, and the hub keeps a count."""
        self.retried = 0

    async def send(
        self, url: str, path: str, key: str, idempotency_key: str, **content: Any
    ) -> Mapping[str, Any] | None:
        """POST until it is taken or refused: a 202's body, else None. `content` is httpx's `json` or `content`."""
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": idempotency_key, **content.pop("headers", {})}
        pause = FIRST_PAUSE
        fault = "no answer"
        for _ in range(ATTEMPTS):
            try:
                answer = await self._client.post(url + path, headers=headers, **content)
            except httpx.HTTPError as error:
                fault = type(error).__name__
            else:
                if answer.status_code == ACCEPTED:
                    return self._accepted(path, idempotency_key, answer)
                fault = f"{answer.status_code} {_words(answer)}"
                if _must_not_be_recorded(answer):
                    self.not_recorded += 1
                    return None
                if answer.status_code not in AGAIN:
                    break
            self.retried += 1
            await asyncio.sleep(pause)
            pause *= 2
        self.refused.append(f"{idempotency_key}: {fault}")
        return None

    async def ask(self, url: str, path: str, key: str, **query: Any) -> Any:
        """GET as JSON; None where it is not there yet or does not answer."""
        try:
            answer = await self._client.get(url + path, headers={"Authorization": f"Bearer {key}"}, params=query)
            return answer.json() if answer.is_success else None
        except (httpx.HTTPError, ValueError):
            return None

    def _accepted(self, path: str, idempotency_key: str, answer: httpx.Response) -> Mapping[str, Any]:
        body: Mapping[str, Any] = answer.json()
        self.accepted[path.removeprefix("/v1/").partition("/")[0]] += 1
        receipt = {
            "at": datetime.now(UTC).isoformat(),
            "path": path,
            "idempotency_key": idempotency_key,
            "status": answer.status_code,
            "body": body,
        }
        with self._receipts.open("a") as file:
            file.write(json.dumps(receipt) + "\n")
        return body


def _must_not_be_recorded(answer: httpx.Response) -> bool:
    try:
        return str(answer.json().get("type", "")).endswith("not-recorded")
    except (ValueError, AttributeError):
        return False


def _words(answer: httpx.Response) -> str:
    """The problem document's title and faults: the door names every fault and echoes no personal data."""
    try:
        problem = answer.json()
    except ValueError:
        return answer.reason_phrase
    faults = [f"{fault['where']}: {fault['problem']}" for fault in problem.get("faults", ())]
    return "; ".join([problem.get("title", ""), *(faults or [problem.get("detail", "")])])
