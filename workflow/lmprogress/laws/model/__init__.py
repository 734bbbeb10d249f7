"""The laws: specifications, terms in parameters and data, training data, compiled evaluation."""
