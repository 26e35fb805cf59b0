"""Products, variants, pictures, stock and reservations, search and import."""
