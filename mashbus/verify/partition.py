"""Where a key belongs, computed anew: Java's murmur2, twelve partitions for life."""

from aiokafka.partitioner import murmur2

from mashbus.contracts.topics import PARTITIONS


def partition_of(key: str) -> int:
    return int(murmur2(key.encode()) & 0x7FFFFFFF) % PARTITIONS
