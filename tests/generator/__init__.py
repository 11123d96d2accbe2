"""An independent maker of annual reports: figures first, then words, markup and page around them.

The truth of a made report comes from its figures, never from a reading. Everything is drawn from a seed, and nothing
here looks into the reader: labels, rules and forms are written down a second time, from the official forms.
"""
