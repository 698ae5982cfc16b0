"""The Fund: campaigns, donors, donations, and support given out of them, in books that balance."""
