"""The Lead Shepherd's desk: preparing, watching and steering circulations."""
