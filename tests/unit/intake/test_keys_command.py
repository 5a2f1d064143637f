"""`mashbus keys`: shown once, listed without secrets, revoked by name."""

import json
from pathlib import Path

from typer.testing import CliRunner

from mashbus.bus.http.keys import ApiKeys
from mashbus.cli.keys import app

ADD = ["add", "desk", "--partnership", "hackney", "--role", "mash_manager", "--may", "rate", "--may", "read"]


def run(home: Path, *words: str):
    return CliRunner().invoke(app, [*words, "--home", str(home)])


def test_a_key_is_added_listed_and_revoked(tmp_path: Path) -> None:
    added = run(tmp_path, *ADD)
    secret = added.stdout.strip()
    path = tmp_path / "api-keys.json"
    assert added.exit_code == 0
    assert ApiKeys(path).find(secret).role == "mash_manager"
    assert secret not in path.read_text()
    assert json.loads(path.read_text())[0]["may"] == ["rate", "read"]
    listed = run(tmp_path, "list").stdout
    assert "desk" in listed
    assert secret not in listed
    assert run(tmp_path, "revoke", "desk").exit_code == 0
    assert ApiKeys(path).find(secret) is None


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    run(tmp_path, *ADD)
    assert "already" in run(tmp_path, *ADD).stderr
    assert "no key" in run(tmp_path, "revoke", "other").stderr
    police = run(tmp_path, "add", "met", "--partnership", "hackney", "--role", "police", "--may", "police")
    assert (police.exit_code, "organisation" in police.stderr) == (1, True)
    assert run(tmp_path, "add", "Nell Sampleton", *ADD[2:]).exit_code == 1
