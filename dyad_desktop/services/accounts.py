"""Commands on the chart of accounts and the cost centres."""

from dyad_desktop.domain.chart_of_accounts import missing_accounts
from dyad_desktop.domain.operating import Account, CostCentre
from dyad_desktop.domain.schema import check_id, is_id
from dyad_desktop.errors import BadInputError
from dyad_desktop.services.editing import create
from dyad_desktop.services.refusals import check_number
from dyad_desktop.services.session import ChangeSet, Session


def new_account(session: Session, code: str, name: str, kind: str) -> ChangeSet:
    """Create an account under finance's code.

    Raises:
        BadInputError: the code can't be one, or is there already.
    """
    if session.book.get(Account, check_id(code)) is not None:
        raise BadInputError(f"account {code} is {session.book.label('account', code)} already")
    return create(session, Account(id=code, name=name, kind=kind))


def new_cost_centre(session: Session, code: str, name: str) -> ChangeSet:
    """Create a cost centre under finance's code.

    Raises:
        BadInputError: the code can't be one, or is there already.
    """
    if session.book.get(CostCentre, check_id(code)) is not None:
        raise BadInputError(
            f"cost centre {code} is {session.book.label('cost_centre', code)} already"
        )
    return create(session, CostCentre(id=code, name=name))


def take_into_chart(session: Session) -> ChangeSet:
    """Create an account for each code that lines and volumes have and the chart doesn't, as one commit.

    A code that can't be an account's number, as an older version took it, is left where it is.

    Raises:
        BadInputError: there is none, or none that can be taken.
    """
    missing = missing_accounts(session.book)
    first, *others = [one for one in missing if is_id(one.id)] or (None,)
    if first is None and missing:
        check_number(missing[0].id)
    if first is None:
        raise BadInputError("every account that a line or volume has is in the chart already")
    return create(session, first, also=others, note=f"{1 + len(others)} accounts into the chart")
