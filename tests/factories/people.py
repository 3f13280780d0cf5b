"""People who do not exist, with civil IDs, mobiles and papers that pass the rules."""

import io
import itertools
import os
import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from PIL import Image

_WEIGHTS = (2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_serial = itertools.count(1)
_chance = random.Random(os.getpid())


def civil_id(born: date | None = None) -> str:
    """A valid civil ID: century, date of birth, serial, check digit."""
    while True:
        day = born or date(1970, 1, 1) + timedelta(
            days=_chance.randrange(10_000)
        )  # before 2000, as the first digit says
        head = f"2{day:%y%m%d}{_chance.randrange(10_000):04d}"
        check = 11 - sum(w * int(d) for w, d in zip(_WEIGHTS, head, strict=True)) % 11
        if check < 10:
            return f"{head}{check}"


@dataclass
class Person:
    """Somebody about to register."""

    first_name: str = "أحمد"
    last_name: str = "الصالح"
    email: str = field(default_factory=lambda: f"person{os.getpid()}.{next(_serial)}@example.com")
    mobile: str = field(default_factory=lambda: f"5{_chance.randrange(10_000_000):07d}")
    civil_id: str = field(default_factory=civil_id)
    password: str = "Qamar-2026-bahr!"
    token: str = ""

    def registration(self, kind: str = "candidate") -> dict[str, object]:
        """The registration form but the captcha."""
        office = {
            "office_name_ar": "مكتب الخليج للتخليص",
            "office_name_en": "Gulf Clearing Office",
            "commercial_registration": "123456",
        }
        return {
            "kind": kind,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "gender": "male",
            "civil_id": self.civil_id,
            "mobile": self.mobile,
            "email": self.email,
            "password": self.password,
            "password_confirmation": self.password,
            "legal_entity": "clearing_agent",
            "accept_terms": True,
            **(office if kind == "office" else {}),
        }

    def exam_fields(self) -> dict[str, object]:
        """The fields of an exam request."""
        return {
            "name_ar": {"first": "أحمد", "second": "محمد", "third": "عبدالله", "fourth": "الصالح"},
            "name_en": {"first": "Ahmad", "second": "Mohammad", "third": "Abdullah", "fourth": "Al-Saleh"},
            "nationality": "KW",
            "civil_id_expiry": (date.today() + timedelta(days=400)).isoformat(),
            "mobile": self.mobile,
            "email": self.email,
            "address": "حولي، شارع تونس، مبنى 12",
            "notes": "",
        }


def pdf(text: str = "copy") -> bytes:
    """A small valid PDF that differs from others by its text."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    writer.add_metadata({"/Title": text})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def photo(shade: int = 128) -> bytes:
    """A small JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (320, 400), (shade % 256, 120, 90)).save(out, "JPEG")
    return out.getvalue()
