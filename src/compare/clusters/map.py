"""The plan map: principal components of Hellinger-transformed shares, as a biplot with resampling clouds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from compare.clusters.distances import hellinger_coordinates

if TYPE_CHECKING:
    from numpy.typing import NDArray

AXES = ("x", "y")
_DIGITS = 9


@dataclass(frozen=True, slots=True, eq=False)
class PlanMap:
    """Places of plans and directions of themes in two dimensions.

    Attributes
    ----------
    coordinates : pandas.DataFrame
        Plans in rows (index plan_id), columns x and y; distances approximate Hellinger distances from below.
    loadings : pandas.DataFrame
        Themes in rows, columns x and y: unit vectors of the axes in the space of the themes. A plan lies in the
        direction of the themes that it stresses more than the mean plan.
    explained : tuple of float
        Share of the variance on each axis, 0 to 1.
    centre : numpy.ndarray
        The mean plan in Hellinger coordinates, shape (themes,).
    """

    coordinates: pd.DataFrame
    loadings: pd.DataFrame
    explained: tuple[float, float]
    centre: NDArray


def map_plans(shares: pd.DataFrame, *, randomised: bool = False, seed: int = 0) -> PlanMap:
    """Principal components of the square roots of shares (Legendre and Gallagher 2001), distance biplot.

    The sign of an axis is arbitrary; here the largest loading of each is positive, so that a map can be drawn again.

    Parameters
    ----------
    shares : pandas.DataFrame
        Plans in rows, themes in columns, rows summing to 1.
    randomised : bool
        Use randomised singular value decomposition (Halko, Martinsson and Tropp 2011), whose cost is linear in plans.
    seed : int
        Seed of the randomised decomposition.
    """
    points = hellinger_coordinates(shares.to_numpy(dtype=float))
    width = shares.shape[1]
    centre = points.mean(axis=0) if len(points) else np.zeros(width)
    centred = points - centre
    axes, scores, explained = np.zeros((width, 2)), np.zeros((len(points), 2)), np.zeros(2)
    if len(points) > 1 and np.abs(centred).max() > 10.0**-_DIGITS:
        if randomised:
            from sklearn.utils.extmath import randomized_svd

            _, sizes, directions = randomized_svd(centred, 2, random_state=seed)
        else:
            _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
        kept = min(2, int((sizes > 10.0**-_DIGITS).sum()))
        axes[:, :kept] = _fix_signs(directions[:kept].T)
        scores = centred @ axes
        explained[:kept] = sizes[:kept] ** 2 / (centred**2).sum()
    return PlanMap(
        pd.DataFrame(_steady(scores), index=shares.index, columns=list(AXES)),
        pd.DataFrame(_steady(axes), index=shares.columns, columns=list(AXES)),
        (float(np.round(explained[0], _DIGITS)), float(np.round(explained[1], _DIGITS))),
        centre,
    )


def place_draws(plan_map: PlanMap, draws: NDArray, plans: pd.Index) -> pd.DataFrame:
    """Resampled profiles as points on a map that stays as it is.

    Parameters
    ----------
    plan_map : PlanMap
    draws : numpy.ndarray
        Resampled shares, shape (draws, plans, themes).
    plans : pandas.Index
        plan_id of the plans in `draws`.

    Returns
    -------
    pandas.DataFrame
        One row per plan and draw: plan_id, draw (from 1), x, y.
    """
    points = _steady((hellinger_coordinates(draws) - plan_map.centre) @ plan_map.loadings.to_numpy())
    return pd.DataFrame(
        {
            "plan_id": pd.array(np.repeat(plans.to_numpy(dtype=object), len(draws)), dtype="string"),
            "draw": np.tile(np.arange(1, len(draws) + 1), len(plans)),
            "x": points[:, :, 0].T.ravel(),
            "y": points[:, :, 1].T.ravel(),
        }
    )


def _fix_signs(axes: NDArray) -> NDArray:
    """Axes turned so that the largest loading of each is positive; near ties go to the first theme."""
    sizes = np.abs(axes).round(_DIGITS)
    return axes * np.sign(axes[sizes.argmax(axis=0), np.arange(axes.shape[1])])


def _steady(values: NDArray) -> NDArray:
    """Values rounded beyond what a machine's arithmetic could change, without negative zeros."""
    return np.round(values, _DIGITS) + 0.0
