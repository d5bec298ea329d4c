import { EXIT, Failure } from '../failure.ts';
import type { Finding } from './finding.ts';

/** @throws Failure with the first error's code, and what all of them say */
export function refuseErrors(findings: Finding[]): void {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (!first) return;
  const unlike = (texts: string[]) => [...new Set(texts)].join('\n       ');
  throw new Failure({
    code: first.code,
    exitCode: EXIT.failed,
    message: unlike(errors.map(({ message }) => message)),
    cure: unlike(errors.map(({ cure }) => cure)),
  });
}
