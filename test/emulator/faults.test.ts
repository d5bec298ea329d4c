import { createFaults, type FaultPoint, type NewFault } from '../../emulator/faults.ts';

const PATIENTS = '/organization/v1/users/patients';
const newFault = (more: Partial<NewFault> = {}): NewFault =>
  ({ service: 'organization', count: 1, kind: 'reset', ...more }) as NewFault;

describe('take', () => {
  it.each<[string | undefined, string, string]>([
    [undefined, 'GET', '/organization'],
    [undefined, 'DELETE', `${PATIENTS}/p-1`],
    [PATIENTS, 'GET', PATIENTS],
    [PATIENTS, 'POST', PATIENTS],
    [`POST ${PATIENTS}`, 'POST', PATIENTS],
    [`GET ${PATIENTS}/{id}`, 'GET', `${PATIENTS}/p-1`],
    ['/organization/*', 'GET', `${PATIENTS}/p-1`],
    [`PATCH ${PATIENTS}/{id}/*`, 'PATCH', `${PATIENTS}/p-1/enabled-state/ENABLED`],
    ['/organization/v1.0/(x)', 'GET', '/organization/v1.0/(x)'],
  ])('finds the fault at %s for %s %s', (route, method, path) => {
    const faults = createFaults();
    const added = faults.add(newFault(route === undefined ? {} : { route }));

    const fault = faults.take({ service: 'organization', method, path });

    expect(fault).toEqual(added);
  });

  it.each<[string | undefined, FaultPoint]>([
    [undefined, { service: 'device', method: 'GET', path: PATIENTS }],
    [`POST ${PATIENTS}`, { service: 'organization', method: 'GET', path: PATIENTS }],
    [PATIENTS, { service: 'organization', method: 'GET', path: `${PATIENTS}/p-1` }],
    [`${PATIENTS}/{id}`, { service: 'organization', method: 'GET', path: PATIENTS }],
    [`${PATIENTS}/{id}`, { service: 'organization', method: 'GET', path: `${PATIENTS}/p-1/x` }],
    ['/organization/*', { service: 'organization', method: 'GET', path: '/organization' }],
    ['/organization/v1.0', { service: 'organization', method: 'GET', path: '/organization/v1x0' }],
    ['/organization', { service: 'organization' }],
  ])('does not find the fault at %s for %j', (route, point) => {
    const faults = createFaults();
    faults.add(newFault(route === undefined ? {} : { route }));

    const fault = faults.take(point);

    expect(fault).toBeUndefined();
  });

  it('counts down, takes the older one first, and forgets what is used up', () => {
    const faults = createFaults();
    const older = faults.add(newFault({ count: 2 }));
    const newer = faults.add(newFault());
    const point = { service: 'organization', method: 'GET', path: '/organization' };

    const taken = [1, 2, 3, 4].map(() => [faults.take(point)?.id, faults.list().map(({ count }) => count)]);

    expect(taken).toEqual([
      [older.id, [1, 1]],
      [older.id, [1]],
      [newer.id, []],
      [undefined, []],
    ]);
  });
});

describe('clear', () => {
  it('forgets one, or all, and says how many these were', () => {
    const faults = createFaults();
    const [first] = [faults.add(newFault()), faults.add(newFault()), faults.add(newFault())];

    const cleared = [faults.clear(first?.id), faults.clear(first?.id), faults.clear()];

    expect([cleared, faults.list()]).toEqual([[1, 0, 2], []]);
  });
});
