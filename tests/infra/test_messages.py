"""What providers tell of messages to members reaches the function that waits for it, and nobody else may tell."""

from tests.infra.assembly import Assembly, Found, listed


def told(assembly: Assembly, kind: str) -> Found:
    (found,) = [one for one in assembly.all(kind) if "/Messages/Told/" in one.path]
    return found


def test_ses_and_two_way_text_messages_may_tell_from_our_account_alone(assembly: Assembly) -> None:
    statements = told(assembly, "AWS::SNS::TopicPolicy").properties["PolicyDocument"]["Statement"]
    allowed = [one for one in statements if one["Effect"] == "Allow"]
    tellers = {service for one in allowed for service in listed(one["Principal"]["Service"])}
    assert tellers == {"ses.amazonaws.com", "sms-voice.amazonaws.com"}
    assert {one["Action"] for one in allowed} == {"sns:Publish"}
    assert all("aws:SourceAccount" in one["Condition"]["StringEquals"] for one in allowed)


def test_what_is_told_comes_to_the_receivers_queue_as_it_is_and_is_never_lost(assembly: Assembly) -> None:
    (subscription,) = [one for one in assembly.all("AWS::SNS::Subscription") if "notices-on-receipt" in one.path]
    assert (
        assembly.text(subscription, subscription.properties["TopicArn"]) == f"<{told(assembly, 'AWS::SNS::Topic').id}>"
    )
    assert subscription.properties["RawMessageDelivery"] is True
    queue = assembly.text(subscription, subscription.properties["Endpoint"])
    letters = assembly.text(subscription, subscription.properties["RedrivePolicy"]["deadLetterTargetArn"])
    assert "Failed" in letters
    assert "Failed" not in queue
    policies = {
        assembly.text(policy, statement["Resource"])
        for policy in assembly.all("AWS::SQS::QueuePolicy")
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if statement.get("Principal") == {"Service": "sns.amazonaws.com"}
    }
    assert policies == {queue, letters}


def test_a_mall_that_sends_e_mail_is_told_of_deliveries_bounces_and_complaints(prod: Assembly) -> None:
    (identity,) = prod.all("AWS::SES::EmailIdentity")
    (destination,) = prod.all("AWS::SES::ConfigurationSetEventDestination")
    assert identity.properties["EmailIdentity"] == "aurora-plaza.example"
    assert destination.properties["ConfigurationSetName"] == "aurora-prod-email"
    events = destination.properties["EventDestination"]
    assert set(events["MatchingEventTypes"]) == {"DELIVERY", "BOUNCE", "COMPLAINT"}
    assert events["Enabled"] is True


def test_e_mail_is_sent_in_the_name_of_the_malls_own_domain_alone(prod: Assembly) -> None:
    (role,) = [one for one in prod.all("AWS::IAM::Role") if one.function == "notices-on-page" and "/Role/" in one.path]
    (statement,) = [one for one in prod.statements(role) if "ses:SendEmail" in str(one["Action"])]
    resources = {prod.text(role, one).split(":")[-1] for one in statement["Resource"]}
    assert resources == {"identity/aurora-plaza.example", "configuration-set/aurora-prod-email"}


def test_only_the_logs_of_text_messages_of_our_account_invoke_their_reader(prod: Assembly, china: Assembly) -> None:
    permissions = [one for one in prod.all("AWS::Lambda::Permission") if "notices-on-sms-log" in one.path]
    assert {one.properties["Principal"] for one in permissions} == {"logs.amazonaws.com"}
    groups = {prod.text(one, one.properties["SourceArn"]).partition("log-group:")[2] for one in permissions}
    assert {group.partition("DirectPublish")[2] for group in groups} == {"ToPhoneNumber:*", "ToPhoneNumber/Failure:*"}
    assert not [one for one in china.all("AWS::Lambda::Permission") if "notices-on-sms-log" in one.path]


def test_a_mall_in_china_has_no_ses(china: Assembly) -> None:
    assert china.all("AWS::SES::EmailIdentity") == []


def test_the_functions_know_how_the_mall_writes_to_its_members(prod: Assembly) -> None:
    (function,) = [one for one in prod.all("AWS::Lambda::Function") if one.function == "notices-on-page"]
    told = prod.text(function, function.properties["Environment"]["Variables"]["NOTICES"])
    for part in ('"quiet_from": "21:00"', '"channels": ["sms", "email"]', '"email_events": "aurora-prod-email"'):
        assert part in told
