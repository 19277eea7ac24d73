"""What the city may know of many conversations, without knowing anything of one: see ``docs/insight.md``."""
