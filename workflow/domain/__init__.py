"""The procedure itself: pure Python, without Flask, SQL or a clock of its own."""
