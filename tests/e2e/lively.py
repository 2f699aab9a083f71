"""A lively evening: sixty people, a full board, a text, hands up, a vote and a check at work; for looking at it."""

import re
from typing import Any, Final

from playwright.sync_api import Page, expect

from tests.e2e.crowd import Crowd, Guest, Lead, ask, post
from tests.e2e.people import editor, go_to_end, press, select_words, sign_in, wait_until_saved
from tests.e2e.site import Site

NAMES: Final = (
    "Samira|Gianni|Nadia|Luca|Ioana|Pietro|Amal|Zoe|Marta|Youssef|Carla|Bogdan|Elena|Tommaso|Fatima|Rocco|Giulia B.|"
    "Mihai|Anna Rita|Dario|Hanna|Paolo|Szabolcs|Teresa|Omar|Lidia|Franco|Agnieszka|Viola|Andrei|Chiara|Ismail|Rosa|"
    "Stefano|Maria Grazia|Kofi|Laura|Enzo|Beatrice|Nicola"
).split("|")
HALL: Final = (
    "Signora Pina|Aldo|Nonna Lucia|Bruno|Ines|Carmela|Vito|Rita|Piero|Assunta|Mario|Gina|Ugo|Ada|Nello|Ivana|Sergio|"
    "Olga|Renzo|Dina"
).split("|")
COLUMNS: Final = ("Shade", "Seats", "Water", "Together")
IDEAS: Final = (
    "Shade sails between the plane trees, taken down in winter|Plant two more lime trees by the bowls court|"
    "A pergola with vines, so it grows by itself|A roof over the bowls court|Umbrellas that the bar lends out|"
    "Ask the school to draw where the sun stands at noon|White paint on the wall, so it gives less heat back|"
    "Hang laundry lines with cloth, as in the old courtyards|A hedge against the road|Nothing new: water the trees we have;"
    "Benches with backs and armrests: my mother cannot stand up from the flat ones|A long table for eating together on "
    "Sundays|Chairs that move|A place for a wheelchair at every table|Low walls to sit on|Swings for grown-ups, too|"
    "One bench that looks at the street and one that does not|Mend the four broken benches first|Cushions at the bar|"
    "A bench for reading, with a lamp;"
    "Bring back the water point|A rota for watering, on paper at the bar and here|Rain barrels under the roof of the "
    "school|A fountain that children can walk into|A tap at the height of a child|A bowl for dogs|Catch the water of "
    "the air conditioners|Mulch under the trees|Drip hoses that a timer opens at night|Ask Smat what a tap costs;"
    "A shelf for books|Cinema on the wall in July|Someone who opens and closes the gate|A board with the week on it|"
    "Lamps, since we are afraid after nine|A toilet. Nobody says it, everybody needs it|Music, but until ten|"
    "Chess tables|A key for each house|Homework at the long table on Tuesdays"
)
TEXT: Final = (
    "## What we want\nThe gardens between numbers 106 and 120 of corso Taranto become a place to stay, also in July and also "
    "for people who walk with difficulty.\n## What we will do\n"
    "Six benches with backs and armrests, made in the school workshop with Legno Vivo.\n"
    "Shade sails between the plane trees, from May to October.\nA rota for water, on paper at the bar and here.\n"
    "## What we ask of the City\nTo check the anchors on the trees, to bring back the water point, and to answer by 14 April."
)
SAID: Final = (
    ("Who has the key of the school workshop?", True),
    ("Mr Ferraris, he is here on Thursdays.", False),
    ("Can the City pay for the timber?", True),
    ("The plane trees are protected, we must not screw into them.", False),
    ("What happens in winter with the sails?", True),
    ("Buonasera a tutti da casa, la bambina dorme.", False),
)


def open_a_room(desk: Page, url: str) -> None:
    """As a facilitator of the city does it."""
    sign_in(desk, url, "facilitator@torino.example")
    desk.goto(f"{url}/torino/rooms/new/")
    desk.locator("#id_title").fill("Shade and seats for the corso Taranto gardens")
    desk.locator("#id_question").fill("What would make you stay here for an hour in July?")
    desk.locator("#id_agenda").select_option("drafting")
    desk.locator("#id_access").select_option("code")
    press(desk.get_by_role("button", name="Open the room"))
    desk.wait_for_url(re.compile(r"/torino/rooms/(?!new)[^/]+/$"))
    expect(editor(desk)).to_have_attribute("contenteditable", "true")


class Evening:
    """The room, who leads it, and the others in it."""

    def __init__(self, site: Site, desk: Page) -> None:
        self.site, self.desk = site, desk
        open_a_room(desk, site.url)
        self.address = re.sub(r"^http://[^/]+", "", desk.url)
        self.room = str(desk.locator(".room").get_attribute("data-room"))
        self.code = desk.locator(".room__code .code").inner_text()
        self.lead = Lead(site.url, self.room, desk.context.cookies())
        self.crowd = Crowd([site.url])
        self.assisted: list[str] = []
        self.is_furnished = False

    def come(self, guests: int = 40, assisted: int = 20) -> None:
        """Everybody takes a seat; those without a device are entered."""
        self.crowd.come(
            [
                {"code": self.code, "name": name, "place": "hall" if number % 4 else "elsewhere"}
                for number, name in enumerate(NAMES[:guests])
            ]
        )
        self.crowd.sit()
        for number, name in enumerate(HALL[:assisted]):
            self.lead.do("door", "add", name=name, place="phone" if number % 5 == 4 else "hall")
        people = self.lead.see("door")["people"]
        self.assisted = [each["id"] for each in people if each["kind"] == "assisted"]

    @property
    def as_lead(self) -> Any:
        """What a browser needs to be the one who leads."""
        return self.desk.context.storage_state()

    @property
    def me(self) -> Guest:
        """One of the guests, who has a phone in the hall."""
        return self.crowd.guests[1]

    def furnish(self) -> None:
        """A text, and ideas, if there are none yet."""
        if not self.is_furnished:
            self.is_furnished = True
            self.write()
            self.fill_the_board(12)

    @property
    def url(self) -> str:
        return self.site.url + self.address

    def another_room(self, title: str, **fields: str) -> dict[str, Any]:
        """A second room of who leads, that everybody finds."""
        body = {"title": title, "agenda": "drafting", "access": "public", "most": "20", **fields}
        post(f"{self.site.url}/torino/rooms/new/", body, self.lead.headers)
        rooms, _cookie = ask(f"{self.site.url}/api/v1/rooms/?city=torino", None, self.lead.headers)
        return next(room for room in rooms["results"] if room["title"] == title)

    def freeze(self) -> int:
        """The text as it stands, as a version; its number."""
        post(f"{self.url}freeze/", {"title": "After the first round"}, self.lead.headers)
        return int(self.lead.get("versions/")["results"][0]["number"])

    def let(self, act: Any, guests: list[Guest] | None = None) -> None:
        self.crowd.begin(act, self.crowd.guests if guests is None else guests).result(60)

    def write(self) -> None:
        """The text, with a change that somebody suggests and a comment."""
        editor(self.desk).click()
        go_to_end(self.desk)
        for line in TEXT.split("\n"):
            mark, _space, words = line.partition(" ") if line.startswith("#") else ("", "", line)
            if mark:
                self.desk.keyboard.type(f"{mark} ")
            self.desk.keyboard.insert_text(words)
            self.desk.keyboard.press("Enter")
        wait_until_saved(self.desk)
        select_words(self.desk, "by 14 April")
        self.desk.keyboard.press("Control+Alt+m")
        expect(self.desk.locator("#comment-text")).to_be_focused()
        self.desk.keyboard.insert_text("Is this a Thursday?")
        press(self.desk.locator('[data-part="comment-form"] button').first)
        expect(self.desk.locator("[data-passage]")).to_have_count(1)

    def steps(self, count: int) -> None:
        for _step in range(count):
            self.lead.do("agenda", "next")

    def fill_the_board(self, most: int = 40) -> None:
        columns = [each["id"] for each in self.lead.see("board")["columns"]]
        for number, name in enumerate(COLUMNS):
            if number < len(columns):
                self.lead.do("board", "rename_column", id=columns[number], title=name)
            else:
                columns = [each["id"] for each in self.lead.do("board", "add_column", title=name)["columns"]]
        ideas = [
            (columns[place], text)
            for place, lane in enumerate(IDEAS.split(";"))
            for text in lane.split("|")[: max(1, most // len(COLUMNS))]
        ]
        guests = self.crowd.guests

        async def think(number: int, guest: Guest) -> None:
            for column, text in ideas[number :: len(guests)]:
                await guest.do("board", "add_note", column=column, text=text)

        self.let(think)

    def talk(self) -> None:
        """Hands up, words in the chat, and signs at them."""
        guests = self.crowd.guests
        self.crowd.each("speaking", "raise", guests[:6])
        self.lead.do("speaking", "raise", **{"for": self.assisted[0]})
        self.lead.do("speaking", "next")
        for number, (text, asks) in enumerate(SAID):
            post = {"text": text, "language": "it" if text.startswith("Buona") else "en"}
            self.crowd.each("chat", "post", guests[number : number + 1], **post, question="1" if asks else "")
        said = self.lead.see("chat")["messages"]
        asked = [each["id"] for each in said if each.get("question")]
        for key in asked[:2]:
            self.crowd.each("chat", "react", guests[10:17], id=key, kind="ask")
        self.crowd.each("chat", "react", guests[3:9], id=said[1]["id"], kind="thanks")
        self.lead.do("chat", "pin", id=said[0]["id"])

    def open_a_vote(self, *, answered: int = 18) -> dict[str, Any]:
        self.lead.do(
            "polls", "draft", kind="dots", question="Where do we begin?", options=list(COLUMNS), budget=5, open=True
        )
        vote: dict[str, Any] = self.lead.see("polls")["polls"][0]
        first, second = (each["id"] for each in vote["options"][:2])
        self.crowd.each("polls", "vote", self.crowd.guests[:answered], poll=vote["id"], value={first: 3, second: 2})
        return vote

    def open_a_check(self, *, answered: int = 15) -> dict[str, Any]:
        self.lead.do("consent", "prepare", open=True)
        check: dict[str, Any] = self.lead.see("consent")["checks"][0]
        guests = self.crowd.guests
        self.crowd.each("consent", "answer", guests[:answered], check=check["id"], answer="agree")
        concern = "The sails are dark in the evening, and we are afraid there."
        for guest in guests[answered : answered + 3]:
            self.crowd.each("consent", "answer", [guest], check=check["id"], answer="concern", text=concern)
        harm = "Nobody asked the two families on the ground floor."
        self.crowd.each(
            "consent", "answer", guests[answered + 3 : answered + 4], check=check["id"], answer="block", text=harm
        )
        return check

    def leave(self) -> None:
        self.crowd.leave()
