"""The words the suite knows: themes, indicators and units, as YAML an analyst can edit, loaded into frozen objects."""
