"""From doses to concentrations over time: one patient is a cohort of one."""
