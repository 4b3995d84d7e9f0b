"""The doors: how a request says who is asking, and whether the policy lets that one call the operation it asks for."""
