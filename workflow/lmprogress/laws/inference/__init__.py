"""How far a rate may be trusted: bootstrap, profile likelihood, simulation, identification."""
