"""``wegwijzer soak``: the whole product while everything around it breaks, and a ledger of what came in and went out."""
