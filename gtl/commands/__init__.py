"""Groups of commands of the command line; heavy modules are imported inside the commands."""
