"""What the hub's HTTP services share: who calls, how much may come, and how a refusal is told."""
