from datetime import date

import pytest

from vangnet.analysis.disclosure.faults import TableFault
from vangnet.cli.periods import check_time, missing


def test_periods_that_are_not_there_are_named_like_the_others():
    assert missing(["2017-11", "2018-02"]) == ["2017-12", "2018-01"]
    assert missing(["2017-K4", "2018-K2"]) == ["2018-K1"]
    assert missing(["1", "2", "4"]) == ["3"]
    assert missing(["2017", "2018"]) == []
    assert missing(["week 3", "week 5"]) == []
    assert missing(["1", "900"])[-1] == "..."


def test_parts_of_the_running_year_that_are_over_count():
    today, rows = date(2018, 5, 20), dict.fromkeys(("2018-04", "2018-05", "2018-K1", "2018-K2", "7"), 2)
    check_time(["2018-04", "2018-K1", "7"], today, rows, "maand")
    for period in ("2018-05", "2018-K2"):
        with pytest.raises(TableFault, match="is not over yet"):
            check_time([period], today, rows, "maand")
