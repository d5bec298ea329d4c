/**
 * A plugin in Python, as files of an image. `client.py` goes AWS's way of a client for Lambda's Runtime API (whose
 * package is not to be had everywhere); `index.py` that of BioT's sample: the event's token is verified by BioT's
 * public key (RS512), then the hook is answered. With nothing but Python's own library, so RSA is spelled out.
 */
export const PYTHON_PLUGIN = {
  Dockerfile: `
    FROM node:24-bookworm-slim
    RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*
    COPY client.py index.py /var/task/
    WORKDIR /var/task
    ENTRYPOINT ["/usr/bin/python3", "client.py"]
    CMD ["index.handler"]`,

  'client.py': `
import importlib, json, os, sys, urllib.request

API = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/"

def post(path, body):
    urllib.request.urlopen(urllib.request.Request(API + path, json.dumps(body).encode(), {"Content-Type": "application/json"}))

module, name = (os.environ.get("_HANDLER") or sys.argv[1]).rsplit(".", 1)
handler = getattr(importlib.import_module(module), name)
while True:
    with urllib.request.urlopen(API + "invocation/next") as answer:
        request_id = answer.headers["Lambda-Runtime-Aws-Request-Id"]
        event = json.load(answer)
    try:
        post("invocation/%s/response" % request_id, handler(event, None))
    except Exception as error:
        post("invocation/%s/error" % request_id, {"errorType": type(error).__name__, "errorMessage": str(error)})
`,

  'index.py': `
import base64, hashlib, json, os, time, urllib.request

def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

def public_key():
    with urllib.request.urlopen(os.environ["BIOT_BASE_URL"] + "/ums/v1/security/public-key") as answer:
        der = base64.b64decode(json.load(answer)["publicKey"])
    # The modulus and the exponent are the last two numbers: 2048 bits with a leading zero, and 65537.
    return int.from_bytes(der[-261:-5], "big"), int.from_bytes(der[-3:], "big")

SHA512 = bytes.fromhex("3051300d060960864801650304020305000440")

def verify(token, scope):
    signed, _, signature = token.rpartition(".")
    modulus, exponent = public_key()
    padded = pow(int.from_bytes(decode(signature), "big"), exponent, modulus).to_bytes(256, "big")
    claims = json.loads(decode(signed.split(".")[1]))
    expected = SHA512 + hashlib.sha512(signed.encode()).digest()
    if padded != b"\\0\\1" + b"\\xff" * (253 - len(expected)) + b"\\0" + expected or claims["exp"] < time.time() or scope not in claims["scopes"]:
        raise PermissionError("JWT_ERROR")

def handler(event, context):
    try:
        body = json.loads(event["body"])
        verify(event["headers"]["authorization"].split(" ")[1], "PLUGIN_INTERCEPTOR")
        request = body["request"]
        request["body"]["_description"] = "seen by Python"
        return {"request": request}
    except PermissionError as error:
        return {"statusCode": 401, "body": {"code": str(error)}}
`,
};
