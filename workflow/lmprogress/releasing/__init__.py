"""Releases: a finished run frozen, described for archives, and compared with the release before."""
