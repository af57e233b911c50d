"""Whether the program works, for machines: alive, ready, and figures."""
