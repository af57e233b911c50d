"""The pages: thin doors to the actions."""
