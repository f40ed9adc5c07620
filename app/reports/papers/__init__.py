"""Papers: an edition's content as Word, Excel, PDF and zip. Equal input gives equal bytes."""
