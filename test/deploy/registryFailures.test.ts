import { isPassing, isRefusal, toRegistryFailure } from '../../deploy/registryFailures.ts';

describe('toRegistryFailure', () => {
  it.each([
    [
      "tag invalid: The image tag 'a' already exists in the 'b' repository and cannot be overwritten because the repository is immutable.",
      'TAG_IMMUTABLE',
      4,
    ],
    ['denied: Your authorization token has expired. Reauthenticate and try again.', 'LOGIN_EXPIRED', 3],
    ['no basic auth credentials', 'NOT_LOGGED_IN', 3],
    [
      "name unknown: The repository with name 'b' does not exist in the registry with id '123456789012'",
      'NO_SUCH_REPOSITORY',
      1,
    ],
    ['toomanyrequests: Rate exceeded', 'REGISTRY_BUSY', 1],
    [
      'denied: User: arn:aws:sts::123456789012:assumed-role/x is not authorized to perform: ecr:InitiateLayerUpload',
      'PUSH_REFUSED',
      3,
    ],
    ['unauthorized: authentication required', 'PUSH_REFUSED', 3],
    ['Get "https://a.example/v2/": dial tcp: lookup a.example: no such host', 'REGISTRY_UNREACHABLE', 1],
    ['Get "https://a.example/v2/": net/http: TLS handshake timeout', 'REGISTRY_UNREACHABLE', 1],
    ['write tcp 10.0.0.1:5->10.0.0.2:443: connection reset by peer', 'REGISTRY_UNREACHABLE', 1],
    ['received unexpected HTTP status: 503 Service Unavailable', 'REGISTRY_UNREACHABLE', 1],
    [
      'tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'REGISTRY_CERTIFICATE',
      1,
    ],
    ['something never heard of', 'PUSH_FAILED', 1],
  ])('explains: %s', (said, code, exitCode) => {
    const failure = toRegistryFailure('docker push failed', said);

    expect(failure).toMatchObject({ code, exitCode, message: `docker push failed: ${said}` });
    expect(failure.cure).toMatch(/^[^\n]{20,110}$/);
  });
});

describe('isRefusal and isPassing', () => {
  it.each([
    ['denied: Your authorization token has expired.', true, false],
    ['no basic auth credentials', true, false],
    ['toomanyrequests: Rate exceeded', false, true],
    ['unexpected EOF', false, true],
    ['dial tcp: lookup a.example: no such host', false, false],
    ['dial tcp 10.0.0.1:443: connect: connection refused', false, false],
    ['tag is immutable', false, false],
  ])('tell what a new login, or waiting, may help: %s', (said, refusal, passing) => {
    const failure = toRegistryFailure('docker push failed', said);

    expect([isRefusal(failure), isPassing(failure)]).toEqual([refusal, passing]);
  });
});
