"""The pages, one module for each kind. Their handlers run in threads of their own, so they may wait for the database."""
