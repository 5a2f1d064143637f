"""Many at once are the very first to ask: everybody's key is known (it was not, where the keys were read in a thread)."""

from concurrent.futures import ThreadPoolExecutor
from inspect import iscoroutinefunction
from pathlib import Path

from mashbus.bus.http.access import Access
from mashbus.bus.http.idempotency import idempotency_key
from mashbus.bus.http.keys import ApiKeys, add_key

ASKING = 16


def test_the_first_who_ask_together_are_all_known(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    secret = add_key(path, "form", partnership="hackney", role="referrer", may=frozenset({"refer"}))
    with ThreadPoolExecutor(ASKING) as pool:
        for _ in range(50):
            keys = ApiKeys(path)
            assert all(pool.map(lambda _, keys=keys: keys.find(secret), range(ASKING)))


def test_what_a_request_is_asked_first_is_asked_on_the_event_loop(tmp_path: Path) -> None:
    """FastAPI runs a plain function in a thread: a hop for every request, and a race for whatever it shares."""
    assert iscoroutinefunction(Access(ApiKeys(tmp_path / "none"), {}).to("refer"))
    assert iscoroutinefunction(idempotency_key)
