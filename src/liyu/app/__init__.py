"""The program: settings, wiring of adapters, assembly of the API, command line."""
