"""The demo, told through actions: four cities with invented people at real places."""
