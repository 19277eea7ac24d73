"""What an operator sees of a running process: whether it can work, what it counts, and its log."""
