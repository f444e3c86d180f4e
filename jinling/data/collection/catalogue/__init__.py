"""The catalogue: what data sets there are and what is asked of each column.

``hospital.yaml`` and ``district.yaml`` list the data sets required of each; ``tables/`` holds one column list
per table, shared where both send the same kind of table; ``value_sets.yaml`` holds the code lists. This
package reads them, checks them against themselves and prints templates and the reference manual.
"""
