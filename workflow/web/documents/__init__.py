"""The pages of documents: their items and versions, drafts, files, papers, progress."""
