"""The log: what an entry is and how it is written."""
