"""The commands as they are declared: names, options and help, one module for each of `main.SUMMARIES`.

What they do is imported when they run (see `provisioning.cli.command`). Nothing here imports more
than click and nouns: a test walks all of it and looks at what was imported.
"""
