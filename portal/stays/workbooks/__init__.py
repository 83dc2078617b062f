"""A workbook as it was sent: unpacked with care, one sheet, values and no formulas."""
