"""What methods are made of: quality control, splits, pre-selection, classical models, networks."""
