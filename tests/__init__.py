"""The tests: unit (mirrors src), contract (twins), api (a real server), faults, browser."""
