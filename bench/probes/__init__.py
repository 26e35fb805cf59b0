"""The least that each promise costs: what the product's figures stand beside."""
