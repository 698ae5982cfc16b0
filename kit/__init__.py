"""Plumbing that every service stands on. It knows no domain word and imports no service."""
