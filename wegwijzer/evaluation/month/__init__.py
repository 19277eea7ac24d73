"""A simulated month: made-up residents who really talk with the running bot, and a ledger of what each of them did."""
