"""One fictional catalogue in many dealer formats, plus the truth: what a correct importer must make of each file.

``python -m benchmarks.dealer_samples --out FOLDER --rows 1000 --seed 7`` writes dms.csv (with seeded bad rows),
dms_day2.csv, dms_truncated.csv, oem_price.txt, bmecat2005.xml, pies72.xml, DATANORM.*, teile.xlsx and truth.json. The
same rows and seed always give the same bytes.
"""

from benchmarks.dealer_samples.writing import FORMATS, write_samples, write_second_day

__all__ = ["FORMATS", "write_samples", "write_second_day"]
