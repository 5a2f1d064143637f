"""Makes `jars.lock` anew after a version was raised; docs/stack.md says how. It prints the file."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from jgo.maven import MavenContext

from mashbus.stack.jars import sha256
from mashbus.stack.versions import KAFKA, REGISTRY, SLF4J

KAFKA_ROOTS = (f"org.apache.kafka:kafka_2.13:{KAFKA}", f"org.slf4j:slf4j-simple:{SLF4J}")
REGISTRY_ROOT = ("io.apicurio", "apicurio-registry-app", REGISTRY, "all", "tar.gz")
HEADER = """\
# Written by `python -m mashbus.stack.lock`: group:artifact:version[:classifier:packaging] sha256
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        context = MavenContext(repo_cache=Path(folder))
        roots = [context.create_dependency(coordinate) for coordinate in KAFKA_ROOTS]
        inputs, transitive = context.resolver.resolve(roots)
        artifacts = [dependency.artifact for dependency in (*inputs, *transitive)]
        group, name, version, classifier, packaging = REGISTRY_ROOT
        registry = context.project(group, name).at_version(version).artifact(classifier, packaging)
        with ThreadPoolExecutor(6) as pool:
            lines = sorted(pool.map(_line, artifacts))
        print(HEADER + "\n".join([*lines, _line(registry)]))  # noqa: T201  its output is the file


def _line(artifact: Any) -> str:
    coordinate = f"{artifact.groupId}:{artifact.artifactId}:{artifact.version}"
    if artifact.packaging != "jar":
        coordinate += f":{artifact.classifier}:{artifact.packaging}"
    return f"{coordinate} {sha256(Path(artifact.resolve()))}"


if __name__ == "__main__":
    main()
