"""Which groups are too small to be shown, so that nobody's answer can be read off a report (requirement K1). Pure.

A group under five answers is hidden. Where a total is shown beside the groups, what is hidden can be had by
subtraction; so the smallest others are hidden too, until at least two groups and five answers hide together.
"""

from collections.abc import Collection, Mapping

LEAST = 5
"""The fewest answers of which anything is told."""


def is_hidden(answers: int) -> bool:
    """Tell whether so few answers are not told of."""
    return answers < LEAST


def hidden[Key](answers: Mapping[Key, int], already: Collection[Key] = ()) -> frozenset[Key]:
    """Return the groups to hide.

    Args:
        answers: how many answers each group has.
        already: groups that are hidden for another reason.
    """
    chosen = {*already, *(key for key, n in answers.items() if is_hidden(n))}
    rest = sorted((key for key in answers if key not in chosen), key=lambda key: (answers[key], str(key)))
    for key in rest:
        if _cover_each_other([answers.get(each, 0) for each in chosen]):
            break
        chosen.add(key)
    return frozenset(chosen)


def _cover_each_other(sizes: Collection[int]) -> bool:
    """Tell whether what these groups have together gives none of them away; groups without answers give nothing."""
    held = [size for size in sizes if size]
    return not held or (len(held) > 1 and not is_hidden(sum(held)))
