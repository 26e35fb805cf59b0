"""Import of products: from our own CSV template or any other CSV whose columns are mapped to it."""
