"""The archive keeps pages: captures, WARC files, their index, and replay. It imports nothing else of nianbao."""
