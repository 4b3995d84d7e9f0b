"""Junos OS in the form of MX Series routers: bridge domains, units, layer 2 policers."""
