"""An education authority on the bus. A partner that connects its own system copies this folder."""
