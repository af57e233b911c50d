"""The tables, one noun a file, without verbs."""
