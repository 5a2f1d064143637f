"""The weeks that the demonstration's tests look at: of the profiles as they are in this checkout."""

from mashbus.bus.settings import checkout_folder
from mashbus.demo.week import Week
from mashbus.profiles import load
from tests.served import FIVE

WEEKS = {name: Week(load(name, checkout_folder("partnerships"))) for name in FIVE}
HACKNEY = WEEKS["hackney"]
