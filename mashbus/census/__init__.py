"""The DfE children-in-need census: which children a council's file says are or were in need. Knows no bus."""
