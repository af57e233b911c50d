"""The record of a circulation, readable in every capacity."""
