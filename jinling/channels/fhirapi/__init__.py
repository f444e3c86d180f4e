"""Fhirapi, the way in for programs that speak FHIR R4: ``/fhir``.

Nouns: CapabilityStatement, OperationOutcome, Bundle. It translates addresses, bodies and refusals; what a resource says
and who may ask comes from the contexts' ``fhir.py``.
Neighbours: access tells who calls; contexts answer. Keeps no data. Refuses numbers and names in addresses, parameters
it does not know, and resources of other FHIR versions.
"""
