"""Pure statistics: intervals, cells too small to show, places among peers. Figures in, figures out."""
