"""The web chat without its server: who is talking, what was said in which order, and that nothing gets lost. See docs/web.md."""
