"""The nouns of the field: frozen, validated once, free of files and of stores."""
