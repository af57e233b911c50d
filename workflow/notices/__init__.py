"""Letters: what they say, the calendar entry they carry, how they leave the house."""
