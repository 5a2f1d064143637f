"""Status: what readers are shown of a case, folded from the whole story and kept in Redis."""
