"""The questions: one file each, NAME.cypher (rows) and, where a picture helps, NAME.picture.cypher (paths)."""
