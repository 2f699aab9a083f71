"""Pages of the market: offers, orders, funds."""
