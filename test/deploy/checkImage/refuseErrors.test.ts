import type { Finding } from '../../../deploy/checkImage/finding.ts';
import { refuseErrors } from '../../../deploy/checkImage/refuseErrors.ts';

const create = (code: string, severity: Finding['severity']): Finding => ({
  ...{ code, severity, message: `${code} is wrong`, cure: 'Mend it.' },
});

describe('refuseErrors', () => {
  it('lets warnings pass', () => {
    expect(() => refuseErrors([create('A', 'warning')])).not.toThrow();
  });

  it('throws what all errors say, under the code of the first, and each cure once', () => {
    const findings = [create('A', 'warning'), create('B', 'error'), create('C', 'error')];

    expect(() => refuseErrors(findings)).toThrow(
      expect.objectContaining({
        ...{ code: 'B', exitCode: 1, cure: 'Mend it.' },
        message: 'B is wrong\n       C is wrong',
      }),
    );
  });
});
