"""Who, where, how poor, and what they received."""
