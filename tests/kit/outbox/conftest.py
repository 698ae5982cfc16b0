from tests.kit.outbox.database import messaging_cluster, messaging_template, place

__all__ = ["messaging_cluster", "messaging_template", "place"]
