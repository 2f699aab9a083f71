"""Pages of proposals and pacts."""
