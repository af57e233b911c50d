"""The library: its shelves, its entries, the register of focal points."""
