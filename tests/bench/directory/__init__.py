"""What the hub's memory of children costs: `make bench-directory`."""
