"""Mashbus: the message bus of a multi-agency safeguarding hub."""
