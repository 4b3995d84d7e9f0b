"""The same network, made of simulated devices that speak their real protocols."""
