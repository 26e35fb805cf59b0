"""Frames and event bodies that travel. The TypeScript types are generated from here."""
