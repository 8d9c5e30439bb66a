"""Whether two things take the same time, when they were measured in turn, round by round."""

import math
import random
from dataclasses import dataclass
from itertools import chain
from statistics import median

MARGIN = 0.10  # a difference of less than a tenth is none to a reader
SAMPLES = 2000  # of the bootstrap
BLOCKS = 50  # that the rounds are cut into
SEED = 2026  # the same times give the same interval


@dataclass(frozen=True)
class Ratio:
    """How many times as long as the baseline another took, in the median of all rounds, and the 95 % confidence
    interval of that."""

    value: float
    low: float
    high: float

    @property
    def is_one_within_noise(self):
        """Equivalence by confidence interval: the whole interval lies within 1 ± MARGIN. So a difference that is too
        large fails, and so does a measurement that is too noisy to tell.

        Schuirmann, "A comparison of the two one-sided tests procedure and the power approach for assessing the
        equivalence of average bioavailability", 1987; with 95 % in place of its 90 % interval, which is stricter."""
        return self.low >= 1 - MARGIN and self.high <= 1 + MARGIN


def median_ratio(baseline, times):
    """The Ratio of `times` to `baseline`: lists of seconds, equally long, of which those in one place belong to one
    round. Within a round they are compared, since what else the machine did then fell on both.

    The interval is a block bootstrap's (percentiles): what is drawn again, with replacement, is blocks of consecutive
    rounds, since such noise comes in bursts.
    Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 8.6 and 13.3."""
    ratios = [other / first for first, other in zip(baseline, times, strict=True)]
    blocks, rng = in_blocks(ratios), random.Random(SEED)  # noqa: S311 - nothing secret
    found = [median(drawn_again(blocks, rng)) for _ in range(SAMPLES)]
    return Ratio(median(ratios), percentile(found, 0.025), percentile(found, 0.975))


def waits_now_and_then(baseline, times, pause):
    """Whether a post in twenty waits for what takes `pause` seconds, which a median would not show: the 95th percentile
    is later by half a pause or more."""
    return bool(pause) and percentile(times, 0.95) - percentile(baseline, 0.95) >= pause / 2


def in_blocks(rounds):
    """Cut into BLOCKS of consecutive rounds, or fewer if there are not so many."""
    size = math.ceil(len(rounds) / BLOCKS)
    return [rounds[start : start + size] for start in range(0, len(rounds), size)]


def drawn_again(blocks, rng):
    return list(chain.from_iterable(rng.choices(blocks, k=len(blocks))))


def percentile(values, part):
    """The smallest of the values that at least this part of them does not exceed."""
    return sorted(values)[max(math.ceil(part * len(values)) - 1, 0)]
