"""What is measured, how healthy it is, and when to wake somebody."""
