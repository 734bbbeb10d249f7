"""Keeping: settings, schemas, the door to the tables, digests. Knows nothing of papers or laws."""
