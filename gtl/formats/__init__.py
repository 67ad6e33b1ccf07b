"""File formats: one module each, nothing but reading and writing (no statistics, no store)."""
