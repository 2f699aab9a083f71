"""Everything that changes an activity, who comes, what it made, its makers and its pictures."""

from backend.activities.actions.coming import come, leave
from backend.activities.actions.outputs import Part, add_contributor, credit_contributor, record_output
from backend.activities.actions.photos import add_photo, remove_photo
from backend.activities.actions.planning import cancel_activity, mark_done, plan_activity

__all__ = [
    "Part",
    "add_contributor",
    "add_photo",
    "cancel_activity",
    "come",
    "credit_contributor",
    "leave",
    "mark_done",
    "plan_activity",
    "record_output",
    "remove_photo",
]
