"""A thread in which someone wrote something, with the people who moderate it."""

from backend.cities.models import City
from backend.conversations import actions
from backend.conversations.models import Flag, Post
from backend.people.models import Person
from tests.factories import make_admin, make_citizen, make_city, make_facilitator, make_moderator


class Talk:
    def __init__(self, city: City | None = None) -> None:
        self.city = city or make_city()
        self.author = make_citizen(self.city, "Rocco")
        self.reader = make_citizen(self.city, "Samira")
        self.facilitator = make_facilitator(self.city, "Irene")
        self.moderator = make_moderator(self.city, "Bruno")
        self.admin = make_admin(self.city, "Anna")
        self.thread = actions.open_thread(city=self.city)
        self.post = self.say("Chi dorme non piglia pesci.")

    def say(self, text: str, by: Person | None = None) -> Post:
        return actions.post(thread=self.thread, by=by or self.author, text=text, language="it")

    def flag(self, by: Person | None = None, post: Post | None = None) -> Flag:
        return actions.flag(by=by or self.reader, post=post or self.post, reason="insult", note="Offende.")
