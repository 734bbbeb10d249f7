"""Auditing: does a finished run hold together? Shares nothing with the rest but the schemas of its tables.

In: the folder of a run. Out: checks with their failures, a manifest with a root, exports, differences between two runs.
"""
