"""Where gains come from: parameters, data, algorithms, the transformer, measured gains."""
