"""The thin front door: one public address, three services behind it, nothing rewritten."""
