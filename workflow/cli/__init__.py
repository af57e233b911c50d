"""The commands of whoever operates an installation; one file a subject, thin: each calls one thing."""
