"""Who hears of what happened: routing and messages are pure, a channel does the sending."""
