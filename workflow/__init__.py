"""Adref: endorsement of papers between meetings, by silence."""
