"""What other systems export, put on the bus on an organisation's behalf: now the children-in-need census."""
