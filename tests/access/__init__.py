"""Who may what: fourteen kinds of people before every door of the API and the sockets."""
