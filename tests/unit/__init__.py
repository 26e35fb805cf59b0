"""Pure decisions on literal values; the folders mirror src."""
