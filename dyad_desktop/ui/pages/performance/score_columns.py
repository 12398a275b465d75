"""The columns of the scorecard: names, widths, and which of them give way."""

TITLES = (
    "Measure", "Latest", "Period", "Since review", "Target", "Status", "Variation", "Assurance",
    "Last 24", "Confidence", "Leads",
)  # fmt: skip
WIDTHS = (0, 92, 56, 86, 66, 90, 98, 98, 90, 78, 46)
MEASURE, LATEST, PERIOD, SINCE, TARGET, STATUS, VARIATION, ASSURANCE, SPARK, CONFIDENCE, LEAD = (
    range(11)
)
TIPS = {
    SINCE: "Against the last value that was known when you met: its period over, its days until complete passed",
    VARIATION: "Is the latest value more than chance? By the rules under each chart",
    ASSURANCE: "Will the target be met if nothing changes: always, never, or by chance",
    CONFIDENCE: "How sure each of you is that the goal will be met, 1 to 10",
}
LEAST_NAME = 250
"""Width of the names that some 26 characters take."""
NARROW = {LATEST: 58, SINCE: 82, TARGET: 52, STATUS: 82, VARIATION: 94, ASSURANCE: 95, SPARK: 60}
"""Widths where not everything fits beside the names: each as narrow as its words and its heading let it be."""
NUMERIC = (LATEST, TARGET)
