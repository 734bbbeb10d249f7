"""One fit: what is fitted to which rows, its table rows, the set of laws of an edition."""
