"""Work that must happen after a commit, kept in the same transaction as its cause: a table, leases, retries."""
