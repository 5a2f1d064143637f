"""Who may be a child that no exact identifier found: scored candidates with their evidence, for a person to decide."""
