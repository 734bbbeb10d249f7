"""Showing: frames to figures and pages. No reading of files, no statistics."""
