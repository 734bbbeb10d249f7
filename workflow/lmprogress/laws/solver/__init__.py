"""Global minima: objective and derivatives, compiled search, many starts."""
