from tests.services.beneficiaries.reviews.conftest import book, chair, listed_home

__all__ = ["book", "chair", "listed_home"]
