"""Laws: specifications, the solver, uncertainty, rates of progress. Knows nothing of papers."""
