from tests.kit.outbox.database import messaging_template, place

__all__ = ["messaging_template", "place"]
