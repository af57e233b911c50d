"""The demonstration: its people and its plan as data, a server to look at, and the main job as a program."""
