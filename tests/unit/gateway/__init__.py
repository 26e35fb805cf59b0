"""The gateway on literal values, fakes and a virtual clock."""
