"""The MEF LSO Sonata face: what ISPs' own systems buy through, in the standard's words (release Grace)."""
