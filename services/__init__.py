"""The nine services. None imports another: what they know of each other is in the log."""
