"""Who may look into a city, measure it and tell what they saw."""

from typing import Any

from backend.cities.models import City
from backend.cities.permissions import has_city_role
from backend.impact.models import Observation, Study
from backend.people.choices import Role
from backend.people.permissions import is_present
from realtime.choices import ParticipantState
from realtime.models import Participant


def is_researcher(person: Any, city: City) -> bool:
    return has_city_role(person, city, Role.RESEARCHER)


def can_open_study(person: Any, city: City) -> bool:
    return is_researcher(person, city)


def can_keep_study(person: Any, study: Study) -> bool:
    """Change a study, add instruments to it, close it: the researchers of its city."""
    return is_researcher(person, study.city)


def can_measure(person: Any, city: City) -> bool:
    return is_researcher(person, city)


def can_export(person: Any, study: Study) -> bool:
    """Take along what people agreed to share."""
    return is_researcher(person, study.city)


def can_read_all(person: Any, city: City) -> bool:
    """Read also what people said to researchers only."""
    return is_researcher(person, city)


def can_observe(person: Any, city: City) -> bool:
    """Everyone with an account, and a guest who was let into a room of this city."""
    if not is_present(person):
        return False
    if person.has_account:
        return True
    rooms = Participant.objects.in_city(city)
    return bool(rooms.filter(person=person, state=ParticipantState.ADMITTED).exists())


def can_change_consent(person: Any, observation: Observation) -> bool:
    """Nobody says it for another; words may be taken back also by a guest who is still here."""
    return is_present(person) and observation.by_id == person.pk


def abilities(person: Any, city: City) -> dict[str, bool]:
    researcher = is_researcher(person, city)
    return {
        "open_study": researcher,
        "measure": researcher,
        "read_all": researcher,
        "observe": can_observe(person, city),
    }
