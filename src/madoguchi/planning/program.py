"""Mixed-integer programs, built row by row and solved by HiGHS with a time limit."""

from collections.abc import Sequence

import highspy
import numpy as np

from madoguchi.core.errors import MadoguchiError
from madoguchi.planning.chance import Array


class NoPlanError(MadoguchiError):
    """The solver found no plan in its time; allow more time or fewer rules."""


class Program:
    """Minimise the cost of variables under rows of bounds."""

    def __init__(self) -> None:
        self._costs: list[float] = []
        self._uppers: list[float] = []
        self._whole: list[bool] = []
        self._lows: list[float] = []
        self._highs: list[float] = []
        self._starts: list[int] = [0]
        self._places: list[int] = []
        self._factors: list[float] = []

    def variable(self, *, cost: float, upper: float = highspy.kHighsInf, is_whole: bool = True) -> int:
        """Add a variable from 0 to `upper`; returns its number."""
        self._costs.append(cost)
        self._uppers.append(upper)
        self._whole.append(is_whole)
        return len(self._costs) - 1

    def row(
        self,
        places: Sequence[int],
        *,
        factors: Sequence[float] | None = None,
        low: float = -highspy.kHighsInf,
        high: float = highspy.kHighsInf,
    ) -> None:
        """Hold a weighted sum of variables (weights 1 unless given) between two bounds."""
        self._places += places
        self._factors += [1.0] * len(places) if factors is None else factors
        self._starts.append(len(self._places))
        self._lows.append(low)
        self._highs.append(high)

    def solve(self, *, seconds: float, gap: float = 1e-3) -> Array:
        """Return the best values found. Raises NoPlanError."""
        if not self._costs:
            return np.zeros(0)
        solver = highspy.Highs()
        solver.silent()
        solver.setOptionValue("time_limit", float(seconds))
        solver.setOptionValue("mip_rel_gap", gap)
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("random_seed", 1)
        solver.passModel(self._model())
        solver.run()
        solution = solver.getSolution()
        if not solution.value_valid:
            raise NoPlanError(str(NoPlanError.__doc__))
        values = np.array(solution.col_value)
        return np.where(self._whole, np.rint(values), values)

    def _model(self) -> highspy.HighsLp:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self._costs), len(self._lows)
        model.col_cost_, model.col_upper_ = np.array(self._costs), np.array(self._uppers, dtype=np.float64)
        model.col_lower_ = np.zeros(len(self._costs))
        model.row_lower_ = np.array(self._lows, dtype=np.float64)
        model.row_upper_ = np.array(self._highs, dtype=np.float64)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.array(self._starts)
        model.a_matrix_.index_ = np.array(self._places)
        model.a_matrix_.value_ = np.array(self._factors, dtype=np.float64)
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[is_whole] for is_whole in self._whole]
        return model
