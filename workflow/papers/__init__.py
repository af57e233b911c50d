"""Papers in and out: one file a format, without database or web."""
