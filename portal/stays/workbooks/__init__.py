"""A workbook as it was sent: one sheet, values and no formulas."""
