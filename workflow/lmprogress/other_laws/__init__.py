"""Other laws of progress on one axis: density, compute budgets, extrapolation on trial, rates and claims."""
