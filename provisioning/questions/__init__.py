"""Questions about the plant, as CLI and API put them: who may ask, what is held now, and the pure answer."""
