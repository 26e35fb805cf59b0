"""Stock per location: what lies there, what is promised, and for how long."""
