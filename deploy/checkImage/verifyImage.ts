import type { Step, Steps } from '../steps.ts';
import { type CheckImageOptions, checkImage } from './checkImage.ts';
import { refuseErrors } from './refuseErrors.ts';

export type VerifyImageOptions = CheckImageOptions & { steps: Steps } & Pick<Step, 'ifInterrupted'>;

/** What stands before a push: warnings are shown, and an image that Lambda would not take goes no further. @throws Failure */
export async function verifyImage({ steps, ifInterrupted, ...options }: VerifyImageOptions): Promise<void> {
  const step = { title: 'Checking the image', ...(ifInterrupted && { ifInterrupted }) };
  await steps.run(step, async (show) => {
    const findings = await checkImage(options);
    for (const { severity, code, message, cure } of findings)
      if (severity === 'warning') show(`warning ${code} ${message}\n      ${cure}\n`);
    refuseErrors(findings);
  });
}
