"""A secret in every corner: what vendors keep, what they answer, what people wrote."""

import csv
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from html import escape
from http.server import ThreadingHTTPServer
from threading import Thread

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from agent.cli import now
from tests.journeys.faultproxy import Ask, FaultProxy, Reply, Request, _handler

REGISTER = "people.csv"
READS = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
ROLE = "arn:aws:iam::123456789012:role/"


def in_aws(client, canary) -> None:
    """What AWS keeps for itself, and what it tells whoever lists things."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [_trusting(canary.plant("external id in a role"))],
    }
    iam = client("iam")
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(trust))
    iam.create_policy(
        PolicyName="Described",
        Description=canary.plant("description of a policy"),
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [READS]}),
    )
    iam.create_user(UserName="eve")
    iam.create_login_profile(UserName="eve", Password=canary.plant("password of a user"))
    key = iam.create_access_key(UserName="eve")["AccessKey"]
    canary.add("secret of an access key", key["SecretAccessKey"])
    _in_a_policy(client("s3"), "acme-exports", canary)
    _in_a_region(client, canary)
    _in_workloads(client, canary)
    client("organizations").create_organization()


def _trusting(external_id):
    return {
        "Effect": "Allow",
        "Principal": {"AWS": "210987654321"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
    }


def _in_a_policy(s3, bucket, canary):
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    policy["Statement"][0]["Sid"] = canary.plant("a bucket's policy")
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


def _in_a_region(client, canary):
    ec2 = client("ec2")
    listed = ec2.create_managed_prefix_list(
        PrefixListName="offices",
        AddressFamily="IPv4",
        MaxEntries=1,
        Entries=[{"Cidr": "192.0.2.0/24", "Description": canary.plant("whose address in a list")}],
    )["PrefixList"]["PrefixListId"]
    group = ec2.create_security_group(
        GroupName="offices", Description=canary.plant("description of a security group")
    )["GroupId"]
    admitted = {"CidrIp": "192.0.2.7/32", "Description": canary.plant("whose address in a rule")}
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [admitted]}
    rule["PrefixListIds"] = [{"PrefixListId": listed}]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    ec2.run_instances(
        ImageId="ami-12c6146b",
        MinCount=1,
        MaxCount=1,
        UserData=canary.plant("user data of a machine"),
    )
    (volume, *_) = ec2.describe_volumes()["Volumes"]
    ec2.create_snapshot(
        VolumeId=volume["VolumeId"], Description=canary.plant("description of a snapshot")
    )
    client("rds").create_db_instance(
        DBInstanceIdentifier="guarded",
        DBInstanceClass="db.t4g.medium",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername=canary.plant("name of a database's master"),
        MasterUserPassword=canary.plant("password of a database's master"),
    )
    kms = client("kms")
    key = kms.create_key(Description=canary.plant("description of a key"))["KeyMetadata"]["Arn"]
    granted = kms.create_grant(KeyId=key, GranteePrincipal=f"{ROLE}reader", Operations=["Decrypt"])
    canary.add("token of a grant", granted["GrantToken"])


def _in_workloads(client, canary):
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("job.py", f"KEY = '{canary.plant('code of a function')}'")
    client("lambda").create_function(
        FunctionName="job",
        Runtime="python3.11",
        Role=f"{ROLE}reader",
        Handler="job.run",
        Code={"ZipFile": code.getvalue()},
        Environment={"Variables": {"KEY": canary.plant("environment of a function")}},
    )
    variable = {"name": "KEY", "value": canary.plant("environment of a task")}
    container = {"name": "web", "image": "web", "memory": 1, "environment": [variable]}
    client("ecs").register_task_definition(family="web", containerDefinitions=[container])
    client("ssm").put_parameter(Name="key", Value=canary.plant("a parameter"), Type="SecureString")
    client("secretsmanager").create_secret(Name="key", SecretString=canary.plant("a kept secret"))


def in_github(state, canary) -> None:
    """Commits whose message and whose author are nobody's business."""
    message = f"Fix it with {canary.plant('message of a commit')}"
    at = now() - timedelta(hours=5)
    pull = state.open_pull_request("web", "ada", message, at=at)
    state.run_check("web", pull.head, "test", at=at + timedelta(minutes=10))
    state.review(pull, "grace", at=at + timedelta(hours=1))
    state.merge("web", pull, "ada", at=at + timedelta(hours=2))
    state.push("docs", "ada", f"Use {canary.plant('message of a pushed commit')}", at=at)


def in_documents(folder, canary) -> None:
    """What stands beside the fields that are read, in and around the text that is hashed."""
    people = folder / "registers" / REGISTER
    rows = list(csv.DictReader(people.open(encoding="utf-8")))
    for column in ("role", "manager", "background_check_date", "nda_date"):
        for row in rows:
            row[column] = ""
        rows[0][column] = canary.plant(f"{column} in the register of people")
    with people.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, fieldnames=[*rows[0]])
        writer.writeheader()
        writer.writerows(rows)
    policies = folder / "policies"
    policy = policies / "access-control-policy.md"
    text = policy.read_text(encoding="utf-8")
    beyond = f"---\npassphrase: {canary.plant('a field nobody reads')}\n"
    policy.write_text(
        text.replace("---\n", beyond, 1) + f"\nThe code is {canary.plant('text of a policy')}.\n",
        encoding="utf-8",
    )
    (policies / ".env").write_text(f"KEY={canary.plant('a hidden file')}\n", encoding="utf-8")
    (policies / "plan.png").write_text(canary.plant("a picture"), encoding="utf-8")
    _with_history(policies, canary.plant("message in the history of policies"))


def _with_history(folder, message):
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@acme.test"]
    for step in (["init", "-q"], ["add", "-A"], [*who, "commit", "-q", "-m", message]):
        subprocess.run(["git", "-C", folder, *step], check=True, capture_output=True)


def key_of_a_service_account(path, token_uri, canary) -> None:
    """The file that Google gives out for a service account."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    canary.add("a service account's private key", pem.splitlines()[7])
    told = {
        "type": "service_account",
        "client_email": "reader@acme-cloud.iam.gserviceaccount.com",
        "private_key_id": canary.plant("id of a service account's key"),
        "private_key": pem,
        "token_uri": token_uri,
    }
    path.write_text(json.dumps(told), encoding="utf-8")


@dataclass
class Dressed:
    """Puts into a vendor's answers what the vendor may say there, and remembers them."""

    dress: Callable[[Request, str], str]
    said: list[bytes] = field(default_factory=list)

    def __call__(self, request: Request, ask: Ask) -> Reply:
        reply = ask(request._replace(headers=_uncompressed(request)))
        body = self.dress(request, reply.body.decode()).encode()
        self.said.append(body)
        return reply._replace(body=body)


def _uncompressed(request):
    return {n: v for n, v in request.headers.items() if n.lower() != "accept-encoding"}


def aws_says(canary):
    """Fields that the local AWS leaves empty or out."""
    pending = (
        f"<MasterUserPassword>{canary.plant('a database password to come')}</MasterUserPassword>"
    )
    owner = canary.plant("display name of a bucket's owner")
    address = canary.plant("address of an organisation's master")

    def dress(_: Request, body: str) -> str:
        body = body.replace(
            "<DBInstance>", f"<DBInstance><PendingModifiedValues>{pending}</PendingModifiedValues>"
        )
        body = re.sub(r"(<DisplayName>)[^<]*", rf"\g<1>{owner}", body)
        return body.replace("master@example.com", f"{address}@acme.test")

    return dress


def google_says(canary):
    """Fields that the local Google Cloud leaves out."""
    instance = {
        "rootPassword": canary.plant("root password of an instance"),
        "onPremisesConfiguration": {
            "password": canary.plant("password of an outer database"),
            "clientKey": canary.plant("key to an outer database"),
            "username": canary.plant("name in an outer database"),
        },
        "replicaConfiguration": {
            "mysqlReplicaConfiguration": {
                "password": canary.plant("password of a replica"),
                "clientKey": canary.plant("key of a replica"),
                "username": canary.plant("name of a replica"),
            }
        },
    }
    flags = [{"name": "log_line_prefix", "value": canary.plant("value of a database flag")}]
    run = {"description": canary.plant("description of a backup")}
    sink = {
        "description": canary.plant("description of a sink"),
        "exclusions": [
            {"name": "x", "filter": "y", "description": canary.plant("description of an exclusion")}
        ],
    }
    condition = {
        "title": "for a while",
        "expression": "true",
        "description": canary.plant("description of a condition"),
    }

    def dress(_: Request, body: str) -> str:
        answer = json.loads(body)
        for item in answer.get("items", ()):
            if item["kind"] == "sql#instance":
                item.update(instance, settings={**item["settings"], "databaseFlags": flags})
            if item["kind"] == "sql#backupRun":
                item.update(run)
        for one in answer.get("sinks", ()):
            one.update(sink)
        policies = [answer, *(found["policy"] for found in answer.get("results", ()))]
        for policy in policies:
            for binding in policy.get("bindings", ())[:1]:
                binding["condition"] = condition
        return json.dumps(answer)

    return dress


def github_says(canary):
    """Fields that the local GitHub leaves out."""
    person = {
        "name": canary.plant("name of a member"),
        "email": f"{canary.plant('address of a member')}@acme.test",
    }
    repository = {
        "temp_clone_token": canary.plant("token to clone a repository"),
        "description": canary.plant("description of a repository"),
        "homepage": f"https://{canary.plant('page of a repository')}.test",
        "mirror_url": f"https://ada:{canary.plant('password to a mirror')}@git.test",
    }
    organisation = {
        "billing_email": f"{canary.plant('address for bills')}@acme.test",
        "email": f"{canary.plant('address of an organisation')}@acme.test",
        "description": canary.plant("description of an organisation"),
    }
    signed = {"payload": canary.plant("payload of a signature"), "signature": "none"}
    author = {"name": "Eve", "email": f"{canary.plant('address of an author')}@acme.test"}
    run = {
        "output": {
            "title": canary.plant("title of a test's output"),
            "summary": canary.plant("summary of a test's output"),
            "text": canary.plant("text of a test's output"),
        },
        "details_url": f"https://ci.test/?token={canary.plant('token in the address of a test')}",
        "external_id": canary.plant("a test's own reference"),
    }
    status = {
        "description": canary.plant("description of a status"),
        "target_url": f"https://ci.test/?token={canary.plant('token in the address of a status')}",
        "context": "lint",
        "state": "success",
        "created_at": "2026-01-01T00:00:00Z",
    }
    known_author = f"{canary.plant('address of a commit author')}@acme.test"

    def dress(request: Request, body: str) -> str:
        path = request.path.partition("?")[0]
        answer = json.loads(body) if body else None
        if answer is None:  # nothing has changed
            return body
        if path.endswith(("/members", "/outside_collaborators")):
            answer = [one | person for one in answer]
        elif path.endswith("/repos"):
            answer = [one | repository for one in answer]
        elif re.fullmatch(r"/orgs/[^/]+", path):
            answer |= organisation
        elif re.search(r"/branches/[^/]+$", path) and "/rules/" not in path:
            answer["commit"]["commit"] |= {"verification": signed, "author": author}
            answer["commit"] |= {"author": person, "committer": person}
        elif path.endswith("/check-runs"):
            answer["check_runs"] = [one | run for one in answer["check_runs"]]
        elif path.endswith("/statuses"):
            answer = [status]
        elif path == "/graphql":
            return re.sub(r"\d+\+ada@users.noreply.github.com", known_author, body)
        return body if answer is None else json.dumps(answer)

    return dress


class Elsewhere(FaultProxy):
    """Listens where it does not count as this machine, so that credentials are sent there."""

    def __enter__(self):
        self._http = ThreadingHTTPServer(("127.0.0.2", 0), _handler(self))
        self._http.daemon_threads = True
        Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    @property
    def url(self) -> str:
        return f"http://127.0.0.2:{self._http.server_port}"


def quoting(status: int, write: Callable[[str], str]) -> Callable[[Request, Ask], Reply]:
    """A refusal that tells back everything it was sent, as careless servers and proxies do."""

    def answer(request: Request, _: Ask) -> Reply:
        headers = "\n".join(f"{name}: {value}" for name, value in request.headers.items())
        sent = f"{request.verb} {request.path}\n{headers}\n\n{request.body.decode('latin-1')}"
        return Reply(status, {"X-Quoted": "all"}, write(sent).encode())

    return answer


def as_text(sent: str) -> str:
    """As a proxy's page."""
    return sent


def as_json(sent: str) -> str:
    """As AWS's JSON protocols, Google and GitHub word their errors, all in one."""
    error = {"message": sent, "errors": [{"message": sent}], "details": [{"detail": sent}]}
    said = {"__type": "Refused", "message": sent, "documentation_url": sent}
    return json.dumps({**said, "Message": sent, "error": error, "errors": error["errors"]})


def as_graphql(sent: str) -> str:
    """As GitHub's GraphQL refuses: with the status of a good answer."""
    error = {"type": "FORBIDDEN", "path": ["repository"], "message": sent}
    return json.dumps({"data": {"repository": None}, "errors": [error]})


def as_xml(sent: str) -> str:
    """As S3 words a wrong signature and a bad token."""
    quoted = escape(sent)
    parts = ("Message", "AWSAccessKeyId", "StringToSign", "CanonicalRequest", "Token-0")
    inside = "".join(f"<{part}>{quoted}</{part}>" for part in parts)
    error = f"<Error><Code>InvalidToken</Code>{inside}</Error>"
    return f"<ErrorResponse>{error}<Errors>{error}</Errors>{inside}</ErrorResponse>"
