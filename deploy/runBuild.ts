import type { ProgramResult } from './runProgram.ts';

/** The classic builder's words for it, of Docker 20.10, as three loops of `build` and `rmi` on one engine met them. */
const LOST_STEP =
  /unable to find image "sha256:|unknown parent image ID sha256:|No such image: sha256:|failed to get digest sha256:/;
const TRIES = 3;

/**
 * The result of `build`, which runs `docker build`; of another run where an image that it built on was gone: the classic
 * builder keeps each step as an image, and whoever removes a tag meanwhile, as another push does, removes its steps too.
 */
export async function runBuild(build: () => Promise<ProgramResult>): Promise<ProgramResult> {
  for (let tried = 1; ; tried++) {
    const result = await build();
    const isLost = result.code !== 0 && LOST_STEP.test(result.stdout + result.stderr);
    if (!isLost || tried === TRIES) return result;
  }
}
