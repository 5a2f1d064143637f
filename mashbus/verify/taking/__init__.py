"""What each kind of record leaves in the index: ids, instants and names of fields."""
