"""How the tenants' routes refuse."""

from loyalty.errors import ConflictError, GoneError, InvalidRequestError


class TenantExistsError(ConflictError):
    """The id belongs to a tenant that was registered with other terms."""

    code = "tenant_exists"
    zh = "该租户编号已登记，且内容不同。"
    en = "A tenant with this id is registered already, with other terms."


class TenantClosedError(ConflictError):
    """The tenant is closed: it gets no new keys."""

    code = "tenant_closed"
    zh = "该租户已停用。"
    en = "The tenant is closed."


class TooManyKeysError(ConflictError):
    """A tenant holds the key in use and, while it rotates, the next one."""

    code = "too_many_keys"
    zh = "每个租户最多 {maximum} 个密钥，请先删除旧密钥。"
    en = "A tenant holds at most {maximum} keys; delete the old one first."


class ClientTakenError(ConflictError):
    """The client is registered already, for this tenant or another."""

    code = "client_taken"
    zh = "该 client_id 已登记。"
    en = "This client_id is registered already."


class KeyDeletedError(GoneError):
    """The key this request once made was deleted since."""

    code = "key_deleted"
    zh = "该请求创建的密钥已被删除。"
    en = "The key this request made has been deleted since."


class ClientIdRequiredError(InvalidRequestError):
    """The mall's own issuer makes clients: the request has to name the one to register."""

    code = "client_id_required"
    zh = "本商场使用自有身份服务，请提供其签发的 client_id。"
    en = "This mall has an issuer of its own: send the client_id it issued."


class ClientIdNotAcceptedError(InvalidRequestError):
    """The client is made here, so none may be sent."""

    code = "client_id_not_accepted"
    zh = "client_id 由本系统签发，请勿提供。"
    en = "The client_id is issued here; do not send one."


class TenantNotHeldError(ConflictError):
    """The tenant passed no limit, or was released by somebody else."""

    code = "tenant_not_held"
    zh = "该租户未被暂停。"
    en = "The tenant is not held."
