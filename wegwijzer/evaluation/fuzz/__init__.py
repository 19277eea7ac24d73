"""``wegwijzer fuzz``: everything that comes in from outside, made up by the thousand, at really running servers."""
