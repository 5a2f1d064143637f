"""Everything that touches Kafka, the registry, Redis and Prometheus."""
