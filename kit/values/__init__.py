"""Values that look the same in every service: money, quantities, days, ids, codes, text."""
