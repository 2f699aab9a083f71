"""Places on the earth in plain degrees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.base.geo import box_around, distance_km

TORINO, GDANSK = (45.0703, 7.6869), (54.3520, 18.6466)


def test_known_distances() -> None:
    assert distance_km(TORINO, GDANSK) == pytest.approx(1287, rel=0.01)
    assert distance_km(TORINO, TORINO) == 0


@given(st.floats(-60, 60), st.floats(-170, 170), st.floats(0.1, 50))
def test_a_box_holds_all_that_is_near(lat: float, lng: float, km: float) -> None:
    box = box_around((lat, lng), km)
    for corner in ((box.south, lng), (box.north, lng), (lat, box.west), (lat, box.east)):
        assert distance_km((lat, lng), corner) >= km * 0.98
