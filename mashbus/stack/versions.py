"""The versions that the local stack runs, here and in `deploy/compose.yaml`."""

KAFKA = "4.3.1"
REGISTRY = "3.3.3"
SLF4J = "1.7.36"
"""Kafka's own; a binding of the 2.x line would leave it without a log."""
VALKEY = "9.1.2"
