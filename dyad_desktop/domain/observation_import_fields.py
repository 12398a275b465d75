"""The fields of a measure that a source can fill."""

VALUE, NUMERATOR, DENOMINATOR, MARK = "values", "numerator", "denominator", "marks"
FIGURES = (VALUE, NUMERATOR, DENOMINATOR)
