"""The demo catalogue: gifts that a Chinese shop might sell, with their pictures and stock."""
