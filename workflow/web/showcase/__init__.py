"""Pages of a demonstration that show what the pages are built of."""
