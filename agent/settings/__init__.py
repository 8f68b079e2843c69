"""The operator's `gapwatch.yaml`: what to read, when, by which limits, and who hears of it.

It is read strictly: an unknown key, category, control or check stops the program, and all
problems are told at once, each with file, path and remedy. Secrets stand in it only by
reference; nothing here looks them up. Each part of the file has a module of its own, and
`configuration` holds the whole: whoever asks what may stand there begins with that one.
"""
