"""Valid things by default; variants are traits named as a domain expert would."""
