"""Held-out error: folds, rolling origins, comparison of laws."""
