"""The states of a room that are looked at, part by part: each part stands for itself, in the room as it finds it."""
