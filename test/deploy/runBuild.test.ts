import { runBuild } from '../../deploy/runBuild.ts';
import type { ProgramResult } from '../../deploy/runProgram.ts';

const ID = `sha256:${'4'.repeat(64)}`;
const DONE = { code: 0, stdout: `Successfully built ${ID}`, stderr: '' };
const failed = (stderr: string): ProgramResult => ({ code: 1, stdout: '', stderr });

/** A build that ends in these ways, one after the other. */
function createBuild(...results: ProgramResult[]) {
  const build = jest.fn<Promise<ProgramResult>, []>();
  for (const result of results) build.mockResolvedValueOnce(result);
  return build;
}

describe('runBuild', () => {
  it.each([
    `unable to find image "${ID}"`,
    `failed to export image: failed to set parent ${ID}: unknown parent image ID ${ID}`,
    `failed to get destination image "${ID}": No such image: ${ID}`,
    `invalid from flag value build: No such image: ${ID}`,
    `failed to get digest ${ID}: open /var/lib/docker/image/overlay2/imagedb/content/sha256/4: no such file or directory`,
  ])('builds again after "%s"', async (said) => {
    const build = createBuild(failed(said), failed(said), DONE);

    expect(await runBuild(build)).toEqual(DONE);
  });

  it('gives up after three times', async () => {
    const lost = failed(`unable to find image "${ID}"`);
    const build = createBuild(lost, lost, lost, DONE);

    expect(await runBuild(build)).toEqual(lost);
  });

  it.each([
    failed('The command returned a non-zero code: 1'),
    failed('pull access denied for nothing, repository does not exist'),
    { ...DONE, stderr: `the step said: No such image: ${ID}` },
  ])('builds once when it ends otherwise', async (result) => {
    const build = createBuild(result, DONE);

    expect(await runBuild(build)).toEqual(result);
    expect(build).toHaveBeenCalledTimes(1);
  });
});
