"""Learning from what was not understood: kept with consent, labelled by an editor, trained, compared, and only then used."""
