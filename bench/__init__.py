"""Benchmarks: figures and ratios, each against a bare baseline or a peer in the same run."""
