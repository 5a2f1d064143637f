"""The hub's rules as pure code: standard library only, no I/O, no clock, no ids of its own making."""
