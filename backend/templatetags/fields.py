"""Fields of forms with label, hint and errors tied together; loaded with `copact`."""

from typing import Any

from django import template
from django.forms import BaseForm, BoundField, widgets

register = template.Library()


def _kind(widget: widgets.Widget) -> str:
    if isinstance(widget, widgets.CheckboxInput):
        return "check"
    if isinstance(widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple):
        return "choices"
    return "input"


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, hint: Any = "", label: Any = "", **attrs: Any) -> dict[str, Any]:
    """A field with its label, hint and errors, each tied to it; the errors stand before the field.

    Further arguments become attributes of the control (`rows="4"`, `autocomplete="off"`).
    """
    widget = bound.field.widget
    widget.attrs.pop("placeholder", None)  # it goes away when one types: what helps stands in the hint
    hint = hint or bound.help_text
    described = [f"{bound.auto_id}_hint"] if hint else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    given: dict[str, str | bool] = {name.replace("_", "-"): value for name, value in attrs.items()}
    if described:
        given["aria-describedby"] = " ".join(described)
    if bound.errors:
        given["aria-invalid"] = "true"
    kind = _kind(widget)
    if kind == "input":
        own = widget.attrs.get("class", "")
        given["class"] = f"input {own}".strip()
        if type(widget) in {widgets.TextInput, widgets.Textarea}:
            given.setdefault("dir", "auto")  # people write from either side
    return {
        "bound": bound,
        "kind": kind,
        "label": label or bound.label,
        "hint": hint,
        "optional": not bound.field.required and kind == "input",
        "control": bound.as_widget(attrs=given) if kind != "choices" else "",
        "described": " ".join(described),
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    """What has to be put right, with a link to each field; takes the focus when the page opens."""
    errors = []
    for form in forms:
        errors += [{"text": text, "target": ""} for text in form.non_field_errors()]
        for bound in form.visible_fields():
            target = bound.id_for_label or bound.auto_id
            errors += [{"text": text, "target": target, "label": bound.label} for text in bound.errors]
        for bound in form.hidden_fields():
            errors += [{"text": text, "target": ""} for text in bound.errors]
    return {"errors": errors}
