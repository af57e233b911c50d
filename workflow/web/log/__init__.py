"""The log as everybody may see it: its public key, and how it protects a State."""
