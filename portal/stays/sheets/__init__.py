"""What the documents in a workbook say: its sheets, its texts, its formats, its cells."""
