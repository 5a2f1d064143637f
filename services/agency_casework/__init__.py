"""Any organisation that keeps people's cases, on the bus: social care, early help, probation, CAMHS, housing."""
