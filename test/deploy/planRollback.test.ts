import { planRollback } from '../../deploy/planRollback.ts';
import { deployed } from '../builders/deployed.ts';

describe('planRollback', () => {
  it('changes the code and the version', () => {
    const plan = planRollback(deployed({ version: 3 }));

    expect(plan).toEqual({
      action: 'update',
      changes: [
        { path: 'code', action: 'change' },
        { path: 'version', action: 'change', from: 3, to: 4 },
      ],
      kept: [],
      notes: [],
      config: { version: 4 },
    });
  });

  it('says that no version is left', () => {
    expect(() => planRollback(deployed({ version: 32_767 }))).toThrow(
      expect.objectContaining({ code: 'VERSIONS_USED_UP', exitCode: 4 }),
    );
  });
});
