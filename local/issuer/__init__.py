"""A small OpenID Connect issuer for one machine: it stands in for a real installation's identity provider.

It knows no passwords. Therefore it answers on loopback only, to loopback only, and never in production.
What it issues is what any other issuer must issue for this platform: see `local.issuer.tokens`.
"""
