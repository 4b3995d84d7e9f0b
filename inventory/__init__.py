"""What exists: places, premises, devices, links, handovers and the organisations that own and use them."""
