"""Curation: from the raw tables to the observations that laws are fitted to, one module a step.

In: the raw tables and the settings of one edition. Out: what stays, and one decision a record a step.
"""
