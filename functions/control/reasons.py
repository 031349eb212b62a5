"""What members are told about a decision: sentences for codes; the words of staff stay with staff."""

from functions.control.request import ControlReason, ControlTask

_TASKS = {
    ControlTask.FREEZE: ("会员资格已冻结", "Your membership was frozen"),
    ControlTask.UNFREEZE: ("会员资格已解冻", "Your membership was unfrozen"),
    ControlTask.VOID: ("积分已作废", "Points were voided"),
    ControlTask.ADJUST: ("积分已调整", "Points were adjusted"),
}
_REASONS = {
    ControlReason.DISHONEST_GAIN: ("不正当获取积分", "points gained dishonestly"),
    ControlReason.FALSE_RECEIPTS: ("虚假小票", "false receipts"),
    ControlReason.BREACH_OF_RULES: ("违反会员章程", "breach of the rules"),
    ControlReason.GOODWILL: ("致歉补偿", "goodwill"),
    ControlReason.CORRECTION: ("更正", "correction"),
    ControlReason.COMPLAINT: ("客诉处理", "a complaint"),
    ControlReason.OTHER: ("其他原因，请联系客服", "another reason; please ask the service desk"),
}


def sentence(task: ControlTask, why: ControlReason, language: str) -> str:
    """Return what was decided and why, in `zh` or `en`."""
    number = 1 if language == "en" else 0
    separator = ": " if language == "en" else "："
    return f"{_TASKS[task][number]}{separator}{_REASONS[why][number]}"
