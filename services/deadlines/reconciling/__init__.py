"""What should have been breached and was not: counted from the folded cases while it runs, and from the log alone."""
