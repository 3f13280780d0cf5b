"""What can be done with the register, one function each. Facts of others, time and actor come as arguments."""
