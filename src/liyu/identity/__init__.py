"""Who is who: chains, shops, people, their roles, sessions, devices, links, and the access rules between them."""
