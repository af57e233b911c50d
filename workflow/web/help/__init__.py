"""A short guide for each role, and the words of the procedure."""
