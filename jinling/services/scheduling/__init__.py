"""Scheduling: the city's clinic numbers, and who may take one when.

Nouns: Clinic (FHIR HealthcareService), Schedule (weekly rules and exceptions), Session (a clinic's half-day with its
numbers), Pool (a share of a session's numbers for an audience or channel kind), Slot (one number and its time
segment: computed, not stored), Appointment, Hold, WaitlistEntry, Offer, Draw, Suspension, ReleaseWindow,
BookingPolicy, Route.
Neighbours: directory (organisations, practitioners), mpi (patients), audit, outbox, idempotency, messaging.
Refuses to oversell, to lose an acknowledged booking, to book for an unknown person, and to decide by who is
fastest where a session is released by draw.
"""
