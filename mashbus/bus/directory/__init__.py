"""The hub's memory of children and contacts: a local table over mash.directory and mash.contacts (docs/adr/0016)."""
