"""The shipped profiles with every organisation on the bus: stories play them all, whichever are connected yet."""

from pathlib import Path

from tests.served import FIVE, served


def everybody_connected(home: Path) -> Path:
    folder = served(home, FIVE)
    for path in folder.glob("*.toml"):
        path.write_text(path.read_text().replace("connected = false", "connected = true"))
    return folder
