"""Summary statistics of genome-wide association studies, in the formats in which they come.

``header`` knows the formats by their columns, ``blocks`` reads text, ``numbers`` and ``effects`` make figures of it,
``metadata`` reads the YAML beside a GWAS-SSF file, ``reader`` puts them together.
"""
