"""Reads used by more than one caller, set-based."""
