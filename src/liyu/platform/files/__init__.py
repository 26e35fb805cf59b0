"""Where bytes live: one small port, a folder now, S3-compatible storage by the same contract."""
