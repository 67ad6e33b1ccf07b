"""People and variants before any trait is learned: import, quality control, relatedness, components, matching, audit.

What does not belong here: reading of file formats (:mod:`gtl.formats`), and anything that looks at a trait to learn
from it (:mod:`gtl.learn`).
"""
