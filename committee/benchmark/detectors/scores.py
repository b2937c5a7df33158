"""Published scores of other systems as the benchmark uses them: they rank accounts and name no groups."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from committee.analysis.baselines import published
from committee.analysis.baselines.published import FORMULAS, Activities, Formula, accounts_of
from committee.analysis.touches import epoch_ms
from committee.benchmark.detectors.case import Case
from committee.settings import word_list

__all__ = ["SCORES", "Activities", "activities", "of_accounts"]

SCORES = {f"{name}_score" if name == "ajo" else name: one for name, one in FORMULAS.items()}


def activities(case: Case) -> Activities:
    """Lay out what people did up to the end of the history."""
    return published.activities(case.market, case.actors, case.personas, epoch_ms(case.as_of))


def of_accounts(formula: Formula, case: Case, seen: Activities) -> npt.NDArray[np.float64]:
    """Return what each account of the market gets."""
    own = word_list("formulas")[formula.section]
    return formula.score(seen, accounts_of(seen, own.get("days")), own, case.settings.coverage.seats)
