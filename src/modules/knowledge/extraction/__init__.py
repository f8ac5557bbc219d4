"""What a file says, as text with its structure; nothing in it is run or fetched."""
