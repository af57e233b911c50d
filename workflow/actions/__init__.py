"""The verbs of the procedure, called by every door; none of them commits."""
