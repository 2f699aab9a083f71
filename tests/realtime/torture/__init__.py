"""What a room must survive, as procedures with a seed: a moment of each in the suite, the whole in `make soak`."""
