#!/usr/bin/env python3
"""The three streams of Nexmark: people, the auctions that they open, and bids. The same seed and count give the same rows.

  generator.py [--count N] [--seed S]     prints them as tests/nexmark/replay_records reads them

Of 50 events one is a person, 3 are auctions and 46 bids. Half of the bids go to a hot auction, three in four are by a hot bidder,
three in four auctions are a hot seller's. Some auctions come before their seller, some bids before their auction. Every stream has
the disorder that its source declares, and no more.
"""
import argparse
import dataclasses
import json
import random

PERSONS, AUCTIONS, EVENTS = 1, 3, 50  # of 50 events the first, the next three, and all
FIRST_PERSON, FIRST_AUCTION, FIRST_CATEGORY, CATEGORIES = 1000, 1000, 10, 5
HOT_AUCTIONS, HOT_BIDDERS, HOT_SELLERS = 2, 4, 4  # all but one of so many are of a hot one
HOT_BATCH = 20  # of so many in a row one is hot
ACTIVE_PERSONS, OPEN_AUCTIONS, LEAD = 1000, 30, 10
START, STEP, DISORDER = 1_767_311_970_000, 20, 2000  # 2026-01-01 23:59:30 UTC, and milliseconds
STATES = ["AZ", "CA", "ID", "OR", "WA", "WY"]
CITIES = ["Phoenix", "Los Angeles", "San Francisco", "Boise", "Portland", "Bend", "Redmond", "Seattle", "Kent", "Cheyenne"]
FIRST_NAMES = ["Peter", "Paul", "Luke", "John", "Saul", "Vicky", "Kate", "Julie", "Sarah", "Deiter", "Walter"]
LAST_NAMES = ["Shultz", "Abrams", "Spencer", "White", "Bartels", "Walton", "Smith", "Jones", "Noris"]
CHANNELS = ["Google", "Facebook", "Baidu", "Apple"]


@dataclasses.dataclass
class Event:
    stream: str
    values: dict  # as in the record; times are milliseconds since 1970, prices texts with their digits
    time: int
    key: int


def in_json(event):
    """As a record's value: prices are numbers with all their digits, times are RFC 3339."""
    parts = []
    for name, value in event.values.items():
        text = json.dumps(value)
        if name in PRICES:
            text = value
        elif name in TIMES:
            text = f'"{rfc3339(value)}"'
        parts.append(f'"{name}":{text}')
    return "{" + ",".join(parts) + "}"


PRICES, TIMES = {"initial_bid", "reserve", "price"}, {"date_time", "expires"}


def rfc3339(milliseconds):
    days, rest = divmod(milliseconds - START_OF_2026, 86_400_000)
    seconds, thousandths = divmod(rest, 1000)
    return f"2026-01-{days + 1:02}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{thousandths:03}Z"


START_OF_2026 = 1_767_225_600_000


class Generator:
    """Makes events one after the other, each STEP later than the one before."""

    def __init__(self, seed):
        self.random = random.Random(f"nexmark {seed}")
        self.closings = set()

    def event(self, number):
        epoch, place = divmod(number, EVENTS)
        time = START + number * STEP
        self.last_person = epoch  # the last one that there is, from 0 on
        if place < PERSONS:
            return self.person(time)
        self.last_auction = epoch * AUCTIONS + min(place - PERSONS, AUCTIONS - 1)
        return self.auction(time) if place < PERSONS + AUCTIONS else self.bid(time)

    def person(self, time):
        pick = self.random.choice
        card = " ".join(f"{self.random.randrange(10_000):04}" for _ in range(4))
        number = FIRST_PERSON + self.last_person
        return Event("persons", {
            "id": number, "name": f"{pick(FIRST_NAMES)} {pick(LAST_NAMES)}", "email": f"{self.letters(7)}@{self.letters(5)}.com",
            "credit_card": card, "city": pick(CITIES), "state": pick(STATES), "date_time": time, "extra": self.letters(20)},
            time, number)

    def auction(self, time):
        number = FIRST_AUCTION + self.last_auction
        # On average as long as it takes until so many others are open.
        expires = time + 1 + self.random.randrange(2 * OPEN_AUCTIONS * EVENTS // AUCTIONS * STEP)
        while expires in self.closings:  # so that which ones were closed last is never a matter of chance
            expires += 1
        self.closings.add(expires)
        initial, more = self.cents(), self.cents()
        return Event("auctions", {
            "id": number, "item_name": self.letters(10), "description": self.letters(30), "initial_bid": money(initial),
            "reserve": money(initial + more), "date_time": time, "expires": expires, "seller": self.some_person(HOT_SELLERS, 0),
            "category": FIRST_CATEGORY + self.random.randrange(CATEGORIES), "extra": self.letters(20)}, time, number)

    def bid(self, time):
        if self.random.randrange(HOT_AUCTIONS) > 0:
            auction = self.last_auction // HOT_BATCH * HOT_BATCH
        else:
            auction = self.random.randint(max(self.last_auction - OPEN_AUCTIONS, 0), self.last_auction + LEAD)
        channel = self.random.choice(CHANNELS + [f"channel-{self.random.randrange(10_000)}"] * len(CHANNELS))
        url = f"https://www.nexmark.com/{self.letters(5)}/item.htm?query=1"
        if channel not in CHANNELS:
            url += f"&channel_id={channel.removeprefix('channel-')}"
        return Event("bids", {
            "auction": FIRST_AUCTION + auction, "bidder": self.some_person(HOT_BIDDERS, 1), "price": money(self.cents()),
            "channel": channel, "url": url, "date_time": time, "extra": self.letters(20)}, time, FIRST_AUCTION + auction)

    def some_person(self, hot_ones, place):
        """One in four is any active person or one that is still to come, the others a hot one: of its batch at this place."""
        if self.random.randrange(hot_ones) > 0:
            return FIRST_PERSON + self.last_person // HOT_BATCH * HOT_BATCH + place
        active = min(self.last_person + 1, ACTIVE_PERSONS)
        return FIRST_PERSON + self.last_person + 1 - active + self.random.randrange(active + LEAD)

    def cents(self):
        return round(10 ** (self.random.random() * 6) * 100)

    def letters(self, count):
        return "".join(self.random.choices("abcdefghijklmnopqrstuvwxyz", k=count))


def money(cents):
    return f"{cents // 100}.{cents % 100:02}"


def as_they_come(events, seed):
    """The events in another order, each up to DISORDER late."""
    rng = random.Random(f"order {seed}")
    return sorted(events, key=lambda event: event.time + rng.randint(0, DISORDER))


def generated(count, seed):
    generator = Generator(seed)
    return as_they_come([generator.event(number) for number in range(count)], seed)


def record(event, place):
    """Kafka's timestamp is when the record came, one after the other."""
    return f"{event.stream}\t{START + DISORDER + place * STEP}\t{event.key}\t{in_json(event)}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--seed", default="1")
    options = parser.parse_args()
    for place, event in enumerate(generated(options.count, options.seed)):
        print(record(event, place))
