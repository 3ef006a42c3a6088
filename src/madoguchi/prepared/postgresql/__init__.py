"""PostgreSQL as Django knows it, with statements that the server keeps ready."""
