"""The pages of a State's focal points."""
