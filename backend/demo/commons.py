"""The places of the demo, at their real spots."""

from backend.commons.actions import add_commons, change_state
from backend.commons.choices import CommonsState
from backend.demo.story import Story, wind_back

MAPPED = -420  # days


def tell(story: Story) -> None:
    """Put every place on the map. What happens to them later moves their state."""
    officer = story.one("officer")
    both = {story.language, "en"}
    with story.at(story.day(MAPPED)):
        for each in story.content["commons"]:
            name = each["name"]
            names = name if isinstance(name, dict) else dict.fromkeys(both, name)
            place = add_commons(
                by=officer,
                city=story.city,
                name=names,
                kind=each["kind"],
                lat=each["lat"],
                lng=each["lng"],
                text=each["text"],
                quarter=each["quarter"],
                owner=each["owner"],
                access=each["access"],
                slug=each["key"],
            )
            if each["state"] != "mapped" and place.state == CommonsState.MAPPED:
                change_state(by=officer, commons=place, to=CommonsState.LOOKING)
            wind_back(place, made_at=story.day(MAPPED))
            story.commons[each["key"]] = place
