"""The report: what a run found, as pages that a person reads, searches and keeps.

In: tables and figures of a finished run. Out: HTML pages that need no network.
"""
