import { toAddress } from '../../../emulator/lambda/dockerApi.ts';

describe('toAddress', () => {
  it.each([
    ['unix:///var/run/docker.sock', { socketPath: '/var/run/docker.sock' }],
    ['npipe:////./pipe/docker_engine', { socketPath: '//./pipe/docker_engine' }],
    ['tcp://127.0.0.1:2375', { host: '127.0.0.1', port: '2375' }],
    ['ssh://me@elsewhere', undefined],
    ['', undefined],
  ])('tells where %s is', (endpoint, expected) => {
    const address = toAddress(endpoint);

    expect(address).toEqual(expected);
  });
});
