"""Rates of progress from coefficients: doubling times, effective compute, the headline."""
