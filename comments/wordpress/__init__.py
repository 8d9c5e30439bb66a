"""Moving in from WordPress: the comments of its posts, with their threads and states."""
