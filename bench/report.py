"""The figures that `docs/bench.md` quotes, each with its target."""

from collections.abc import Mapping

from bench import code_batch, cold, earning, pricing, processor, sizes, survey_costs, sweep, targets
from bench.campaign_costs import CampaignCounter
from bench.costs import Cost, Counter
from bench.coupon_costs import CouponCounter
from bench.mall import bare_mall
from bench.survey_costs import SurveyCounter

HISTORIES = (10, 10_000)
CPU_ROUNDS = 400
DUE = (200, 400, 800, 1600)
NOT_DUE = (200, 800, 3200)
DUE_BESIDE = 100
SHARD_QUERIES = 64

missed: list[str] = []


def report() -> list[str]:
    """Measure everything, on a local cloud of its own, and print it; return the targets that were missed."""
    with bare_mall():
        _print_costs()
        _print_coupon_costs()
        _print_campaign_costs()
        _print_survey_costs()
        _print_pricing()
        _print_earning()
        _print_codes()
        _print_sizes()
        _print_processor()
        _print_sweep()
    _print_cold()
    return missed


def _title(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}")


def _judge(name: str, value: float, limit: float, shown: str) -> None:
    met = value <= limit
    print(f"{name}: {shown} (target <= {limit:g}) {'ok' if met else 'MISSED'}")
    if not met:
        missed.append(name)


def _print_costs() -> None:
    _title("Calls and capacity of an operation (five lines a receipt)")
    short, long = (Counter(f"H{history}", history).run() for history in HISTORIES)
    _print_bills(short, targets.LIMITS)
    missed.extend([*targets.exceeded(short), *targets.exceeded(long)])
    grown = targets.grown(short, long)
    print(f"Identical for a member with {HISTORIES[0]} and with {HISTORIES[1]} entries: {'no' if grown else 'yes'}")
    missed.extend(f"{operation} depends on the history" for operation in grown)
    print("RCU of BatchGetItem are computed from item sizes: the local cloud does not report them.")


def _print_coupon_costs() -> None:
    _title("Calls and capacity with coupons (five lines, two coupons, points)")
    bills = CouponCounter("coupons").run()
    _print_bills(bills, targets.COUPON_LIMITS)
    missed.extend(targets.exceeded(bills, targets.COUPON_LIMITS))


def _print_campaign_costs() -> None:
    _title("Calls and capacity with campaigns (five lines; none, a budget, a budget and a limit)")
    bills = CampaignCounter("campaigns").run()
    _print_bills(bills, targets.CAMPAIGN_LIMITS)
    missed.extend(targets.exceeded(bills, targets.CAMPAIGN_LIMITS))


def _print_survey_costs() -> None:
    _title("Calls and capacity with surveys, and the reading of words")
    bills = SurveyCounter("surveys").run()
    _print_bills(bills, targets.SURVEY_LIMITS)
    missed.extend(targets.exceeded(bills, targets.SURVEY_LIMITS))
    taken = survey_costs.milliseconds_a_text()
    _judge("understanding one text, CPU", taken, survey_costs.TEXT_LIMIT, f"{taken:.3f} ms")


def _print_bills(bills: Mapping[str, Cost], limits: Mapping[str, targets.Limit]) -> None:
    print(f"{'operation':46}{'calls':>6}{'RCU':>6}{'WCU':>6}{'index':>6}{'sum':>6}{'limit':>6}")
    for operation, cost in bills.items():
        bill, limit = cost.bill, limits[operation].writes
        units = (bill.read, bill.write, bill.index, bill.writes, limit)
        print(f"{operation:46}{len(bill.calls):>6}" + "".join(f"{value:>6g}" for value in units))


def _print_pricing() -> None:
    _title(f"CPU of pricing a basket of {pricing.LINES} lines with {pricing.COUPONS} coupons, the hardest of its kind")
    found = {name: (pricing.price_ms(basket), pricing.best_ms(basket)) for name, basket in pricing.baskets().items()}
    priced, best = (max(found.items(), key=lambda item: item[1][n]) for n in (0, 1))
    _judge(f"price, {priced[0]}", priced[1][0], pricing.PRICE_LIMIT, f"{priced[1][0]:.2f} ms")
    _judge(f"best combination, {best[0]}", best[1][1], pricing.BEST_LIMIT, f"{best[1][1]:.2f} ms")


def _print_earning() -> None:
    _title("CPU of evaluating campaigns: what must be read, and what is given")
    taken = earning.milliseconds()
    _judge(f"{earning.RULES} rules, {earning.LINES} lines", taken, earning.LIMIT, f"{taken:.2f} ms")
    for name, times in earning.growth().items():
        _judge(name, times, earning.GROWTH_LIMIT, f"{times:.2f} times")


def _print_codes() -> None:
    _title(f"A batch of {code_batch.COUNT:,} unique codes, from the request to the stored file")
    made = code_batch.measure()
    shown = f"{made.seconds:.1f} s, of which {made.cpu:.1f} s CPU of the worker"
    _judge(f"{made.codes:,} different codes", made.seconds, code_batch.TARGET_SECONDS, shown)
    if made.codes != code_batch.COUNT:
        missed.append(f"{made.codes:,} codes instead of {code_batch.COUNT:,}")


def _print_sizes() -> None:
    _title("Bytes of a row")
    _judge(
        f"account, {sizes.BUCKETS} buckets and {sizes.MONTHS} months of spend",
        size := sizes.account_bytes(sizes.largest_account()),
        sizes.TARGET,
        f"{size} bytes",
    )
    usual, rich = (sizes.account_bytes(one) for one in (sizes.usual_account(), sizes.rich_account()))
    _judge("account that shops every month, growth and benefits", usual, sizes.TARGET, f"{usual} bytes")
    _judge("account with everything at once", rich, sizes.RICH_TARGET, f"{rich} bytes")
    size = sizes.five_line_entry_bytes()
    _judge("ledger entry of a purchase with five lines", size, sizes.TARGET, f"{size} bytes")


def _print_processor() -> None:
    _title("CPU of a purchase, interleaved with the bare calls it makes")
    found = processor.measure(CPU_ROUNDS)
    print(
        f"use case {found.use_case:.2f} ms, boto3 {found.boto3:.2f} ms, our client {found.own_client:.2f} ms (medians)"
    )
    _judge("use case / boto3", found.to_boto3, processor.TARGET, f"{found.to_boto3:.2f}")
    _judge("use case / our own client", found.to_own_client, processor.TARGET, f"{found.to_own_client:.2f}")


def _print_cold() -> None:
    _title("Cold import of functions.earn.api, fresh processes, CPU, median of 9")
    found = cold.measure()
    print(f"functions.earn.api {found.function:.0f} ms, boto3 with a client {found.boto3:.0f} ms")
    _judge("import / boto3 with a client", found.ratio, cold.TARGET, f"{found.ratio:.2f}")


def _print_sweep() -> None:
    _title("Calls of the expiry sweep")
    due, idle = sweep.by_members_due(DUE), sweep.by_members_not_due(NOT_DUE, DUE_BESIDE)
    low, high = sweep.DUE_EXPONENT
    for name, growth in (("all calls", due), (f"without the {SHARD_QUERIES} queries", due.without(SHARD_QUERIES))):
        within = low <= growth.exponent <= high
        print(f"members due {growth.members}: {name} {growth.calls}, exponent {growth.exponent:.3f} ({low}-{high})")
        if not within:
            missed.append(f"sweep by members due, {name}")
    print(f"members not due {idle.members} beside {DUE_BESIDE} due: calls {idle.calls}")
    _judge("exponent by members not due", idle.exponent, sweep.NOT_DUE_EXPONENT, f"{idle.exponent:.3f}")
