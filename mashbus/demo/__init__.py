"""The demonstration: a hub's week in minutes, on a real Kafka, with synthetic people. It ends by itself."""
