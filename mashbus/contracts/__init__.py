"""The contract as Python sees it: frozen views of the records, and the catalogue of schemas and topics on disk."""
