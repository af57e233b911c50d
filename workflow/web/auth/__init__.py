"""Signing in and out, passwords, and the capacity a person acts in."""
