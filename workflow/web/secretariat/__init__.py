"""The desk of the secretariat: what needs attention, the history, letters, log, meetings and people."""
