"""The report: one self-contained HTML file that shows what a run over past news would have alerted on, and why."""
