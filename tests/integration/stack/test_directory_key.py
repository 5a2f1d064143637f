"""The local stack makes the hub's directory key once, keeps it with its log, and tells nobody else."""

import pytest

from mashbus.bus.settings import Settings
from mashbus.stack.directory_key import NAME, kept
from mashbus.stack.state import Folders


def test_a_stack_has_the_same_key_at_every_start_and_only_its_owner_reads_it(small, monkeypatch) -> None:
    stack = small()
    made = kept(Folders(stack.home))
    for _ in range(2):
        stack.up()
        monkeypatch.setenv("MASHBUS_HOME", str(stack.home))
        said = Settings().directory_key
        assert said is not None
        assert said.get_secret_value() == made
        for file in (stack.home / "stack.env", stack.home / "stack" / "directory.key"):
            assert file.stat().st_mode & 0o777 == 0o600
        stack.down()
    assert len(made) == 64


def test_two_stacks_have_two_keys(small, tmp_path) -> None:
    assert kept(Folders(tmp_path / "one")) != kept(Folders(tmp_path / "two"))


def test_a_stack_on_a_named_kafka_makes_none_and_a_named_key_is_announced(small, tmp_path) -> None:
    named, given = small(), small(tmp_path / "given", directory_key="of the real hub, as it was written with")
    for stack in (named, given):
        stack.up()
    assert NAME not in named.environment()
    assert given.environment()[NAME] == "of the real hub, as it was written with"


def test_the_key_does_not_show_in_print(small) -> None:
    settings = Settings(directory_key="a secret that must not be printed")
    assert "must not be printed" not in f"{settings!r} {settings}"
    with pytest.raises(ValueError) as refused:
        Settings(directory_key="too short")
    assert "too short" not in str(refused.value)
