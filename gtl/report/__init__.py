"""What people read: the paper's tables, costs, the HTML page and the terminal summary, all made from tables alone."""
