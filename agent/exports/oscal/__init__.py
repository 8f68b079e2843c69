"""OSCAL 1.2.1: catalogues, plan, results, plan of action, components and mapping, as one set."""
