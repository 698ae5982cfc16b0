"""The registry: who, where, how poor, and what they received."""

import httpx2
from fastapi import FastAPI

from kit.app import create_app as kit_app
from kit.files import Files
from services.beneficiaries.area_acts import errors as area_acts_errors
from services.beneficiaries.area_acts.endpoints import area_acts
from services.beneficiaries.areas.endpoints import areas
from services.beneficiaries.auth import row_scope
from services.beneficiaries.change_requests import errors as change_requests_errors
from services.beneficiaries.change_requests.attachment_endpoints import attachments
from services.beneficiaries.change_requests.deciding_endpoints import change_decisions
from services.beneficiaries.change_requests.endpoints import change_requests
from services.beneficiaries.change_requests.kind_endpoints import change_request_kinds
from services.beneficiaries.dci.desk import Desk
from services.beneficiaries.dci.endpoints import exchange, exchange_keys
from services.beneficiaries.difficulty import errors as difficulty_errors
from services.beneficiaries.difficulty.endpoints import area_difficulty, village_difficulty
from services.beneficiaries.dwellings.endpoints import dwellings
from services.beneficiaries.errors import ALL, CONSTRAINTS
from services.beneficiaries.exports import errors as exports_errors
from services.beneficiaries.exports.endpoints import exports
from services.beneficiaries.grievances import errors as grievances_errors
from services.beneficiaries.grievances.endpoints import grievances
from services.beneficiaries.grievances.kind_endpoints import calendar_days, grievance_kinds
from services.beneficiaries.grievances.public_endpoints import filings
from services.beneficiaries.household_acts import errors as household_acts_errors
from services.beneficiaries.household_acts.endpoints import household_acts
from services.beneficiaries.households.endpoints import households
from services.beneficiaries.impact.endpoints import impact
from services.beneficiaries.imports import errors as imports_errors
from services.beneficiaries.imports.endpoints import imports
from services.beneficiaries.left_behind.endpoints import left_behind
from services.beneficiaries.movement.endpoints import movement
from services.beneficiaries.needs import errors as needs_errors
from services.beneficiaries.needs.endpoints import need_kinds, needs
from services.beneficiaries.organisations import errors as organisations_errors
from services.beneficiaries.organisations.endpoints import activities, assignments, organisations
from services.beneficiaries.parents import errors as parents_errors
from services.beneficiaries.parents.endpoints import parent_ages, parentages, parents
from services.beneficiaries.partners import errors as partners_errors
from services.beneficiaries.partners.endpoints import consents, partners
from services.beneficiaries.people import errors as people_errors
from services.beneficiaries.people.endpoints import disabilities, people
from services.beneficiaries.poverty.endpoints import statuses
from services.beneficiaries.poverty_rate.endpoints import poverty_rate
from services.beneficiaries.reports.endpoints import reports
from services.beneficiaries.review_decisions import errors as review_decisions_errors
from services.beneficiaries.review_decisions.endpoints import certificates, decisions
from services.beneficiaries.review_meetings import errors as review_meetings_errors
from services.beneficiaries.review_meetings.endpoints import meetings
from services.beneficiaries.review_minutes import errors as review_minutes_errors
from services.beneficiaries.review_minutes.endpoints import minutes
from services.beneficiaries.review_postings import errors as review_postings_errors
from services.beneficiaries.review_postings.endpoints import postings, public_postings
from services.beneficiaries.review_requests.endpoints import requests
from services.beneficiaries.review_terms.endpoints import review_terms
from services.beneficiaries.reviews import errors as reviews_errors
from services.beneficiaries.reviews.endpoints import reviews
from services.beneficiaries.settings import MIGRATION_HEAD, Settings
from services.beneficiaries.standards import errors as standards_errors
from services.beneficiaries.standards.endpoints import causes, standards
from services.beneficiaries.subject_requests import errors as subject_requests_errors
from services.beneficiaries.subject_requests.endpoints import subject_requests
from services.beneficiaries.subject_requests.kind_endpoints import subject_request_kinds
from services.beneficiaries.support.endpoints import events, support
from services.beneficiaries.villages import errors as villages_errors
from services.beneficiaries.villages.endpoints import villages

__all__ = ["Settings", "create_app"]


def create_app(settings: Settings | None = None, *, transport: httpx2.AsyncBaseTransport | None = None) -> FastAPI:
    """Return the application; `transport` is unused, since the registry asks no other service anything."""
    del transport
    settings = settings or Settings()
    app = kit_app(
        "beneficiaries",
        settings,
        # `/areas/acts` before `/areas/{area_id}`, `/households/lookup` and its kin before `/households/{household_id}`.
        [
            area_acts,
            area_difficulty,
            village_difficulty,
            villages,
            areas,
            statuses,
            support,
            dwellings,
            household_acts,
            households,
            imports,
            exports,
            standards,
            causes,
            review_terms,
            requests,
            movement,
            poverty_rate,
            reports,
            reviews,
            meetings,
            minutes,
            postings,
            public_postings,
            decisions,
            certificates,
            events,
            impact,
            need_kinds,
            needs,
            organisations,
            assignments,
            activities,
            left_behind,
            filings,
            grievances,
            grievance_kinds,
            calendar_days,
            people,
            disabilities,
            parents,
            parentages,
            parent_ages,
            subject_requests,
            subject_request_kinds,
            change_requests,
            change_decisions,
            change_request_kinds,
            attachments,
            partners,
            consents,
            exchange,
            exchange_keys,
        ],
        title="For the Poor: registry",
        description="Areas in time, households and their members, poverty status on two clocks, support received.",
        migration_head=MIGRATION_HEAD,
        row_scope=row_scope,
        problems=(
            *ALL,
            *area_acts_errors.ALL,
            *villages_errors.ALL,
            *difficulty_errors.ALL,
            *household_acts_errors.ALL,
            *imports_errors.ALL,
            *exports_errors.ALL,
            *needs_errors.ALL,
            *standards_errors.ALL,
            *organisations_errors.ALL,
            *grievances_errors.ALL,
            *people_errors.ALL,
            *parents_errors.ALL,
            *subject_requests_errors.ALL,
            *partners_errors.ALL,
            *reviews_errors.ALL,
            *review_meetings_errors.ALL,
            *review_minutes_errors.ALL,
            *review_postings_errors.ALL,
            *review_decisions_errors.ALL,
            *change_requests_errors.ALL,
        ),
        constraints={
            **CONSTRAINTS,
            **area_acts_errors.CONSTRAINTS,
            **villages_errors.CONSTRAINTS,
            **difficulty_errors.CONSTRAINTS,
            **household_acts_errors.CONSTRAINTS,
            **imports_errors.CONSTRAINTS,
            **needs_errors.CONSTRAINTS,
            **standards_errors.CONSTRAINTS,
            **organisations_errors.CONSTRAINTS,
            **grievances_errors.CONSTRAINTS,
            **people_errors.CONSTRAINTS,
            **parents_errors.CONSTRAINTS,
            **subject_requests_errors.CONSTRAINTS,
            **partners_errors.CONSTRAINTS,
            **reviews_errors.CONSTRAINTS,
            **review_meetings_errors.CONSTRAINTS,
            **review_minutes_errors.CONSTRAINTS,
            **review_postings_errors.CONSTRAINTS,
            **review_decisions_errors.CONSTRAINTS,
            **change_requests_errors.CONSTRAINTS,
        },
        larger_bodies={
            "/imports": settings.import_max_bytes,
            "/review-minutes": settings.minutes_max_bytes,
            "/change-request-attachments": settings.attachment_max_bytes,
        },
    )
    app.state.desk = Desk.of(settings)
    app.state.files = Files.from_settings(settings, app.state.vault)
    return app
