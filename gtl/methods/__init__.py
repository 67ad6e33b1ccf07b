"""Ways to predict the small population's phenotype: one module a method, listed in :mod:`gtl.methods.registry`."""
