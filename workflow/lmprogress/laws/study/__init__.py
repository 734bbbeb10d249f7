"""The study's own procedure: SLSQP as its code runs it."""
