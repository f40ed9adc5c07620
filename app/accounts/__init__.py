"""Who signs in, with which roles, where and until when."""
