"""How account readings refuse."""

from loyalty.errors import NotFoundError


class AccountNotFoundError(NotFoundError):
    """There is no such account, or none for this login yet."""

    code = "account_not_found"
    zh = "未找到会员账户。"
    en = "There is no such account."
