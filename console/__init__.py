"""The console: where colleagues talk with residents who want a human being. A thin web app around ``wegwijzer.handover``.

It writes lines and moves states, and nothing else: who passes a colleague's words on to the resident's channel, and tells the
bot to be silent, reads the same store (``wegwijzer/handover/``).
"""
